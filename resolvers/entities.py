"""What is found in the text of a post."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.rows.posts import PostRow
from services.posts.entities import find


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A mention, and the id of the person, if there was one of that name."""

    username: str
    start: int
    end: int
    user_id: str | None


@dataclass(frozen=True, slots=True)
class HashtagRow:
    """A hashtag and where it stands."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LinkRow:
    """An address and where it stands."""

    url: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EntitiesRow:
    """Everything found in a text, in its order."""

    mentions: Sequence[MentionRow]
    hashtags: Sequence[HashtagRow]
    links: Sequence[LinkRow]


def entities_of(post: PostRow) -> EntitiesRow:
    """Return what is found in the text of a post; mentions are those people who had the name when it was written."""
    people = {name.lower(): id_ for name, id_ in post.mentions}
    found = find(post.text)
    return EntitiesRow(
        [MentionRow(e.value, e.start, e.end, people.get(e.value.lower())) for e in found if e.kind == "mention"],
        [HashtagRow(e.value, e.start, e.end) for e in found if e.kind == "hashtag"],
        [LinkRow(e.value, e.start, e.end) for e in found if e.kind == "link"],
    )
