"""Languages that a reader asks for: a rule of feeds that hides posts in others."""

from collections.abc import Callable, Sequence

from errors import InvalidInput
from graph.rows.posts import PostRow
from services.language_tags import checked_tag, language_of

LANGS_MAX = 20
"""Most languages of one request."""


def in_langs(langs: Sequence[str] | None, viewer: str) -> Sequence[Callable[[PostRow], bool]]:
    """Return the rule that keeps posts in some languages, whatever the country, those of no known language, and the viewer's own.

    Without languages there is none.

    Raises:
        InvalidInput: one of them is no language tag, or they are too many.

    """
    if langs is None:
        return ()
    if len(langs) > LANGS_MAX:
        raise InvalidInput("langs", f"At most {LANGS_MAX} languages.")
    wanted = {language_of(checked_tag("langs", lang)) for lang in langs}
    return (lambda post: post.lang is None or post.author_id == viewer or language_of(post.lang) in wanted,)
