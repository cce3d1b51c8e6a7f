"""Hashtags by name."""

from errors import InvalidInput
from graph.rows.hashtags import HashtagRow
from services.posts import entities
from services.text import one_line


def named(name: str) -> HashtagRow:
    """Return the hashtag of a name, with or without its sign.

    Raises:
        InvalidInput: it is no hashtag.

    """
    found = entities.hashtag(one_line("name", name, entities.HASHTAG_MAX + 1))
    if found is None:
        raise InvalidInput("name", "This is not a hashtag.")
    return HashtagRow(found)
