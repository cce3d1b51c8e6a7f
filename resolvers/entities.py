"""What is found in the text of a post, or in what it said before."""

from dataclasses import dataclass

from graph.rows.post_versions import PostVersion
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


def mentions_of(post: PostRow | PostVersion) -> list[MentionRow]:
    """Return the mentions of a post, in the order of its text, with those people who had the name when it was written."""
    people = {name.lower(): id_ for name, id_ in post.mentions}
    return [MentionRow(e.value, e.start, e.end, people.get(e.value.lower())) for e in find(post.text) if e.kind == "mention"]


def hashtags_of(post: PostRow | PostVersion) -> list[HashtagRow]:
    """Return the hashtags of a post, in the order of its text."""
    return [HashtagRow(e.value, e.start, e.end) for e in find(post.text) if e.kind == "hashtag"]


def links_of(post: PostRow | PostVersion) -> list[LinkRow]:
    """Return the web addresses of a post, in the order of its text."""
    return [LinkRow(e.value, e.start, e.end) for e in find(post.text) if e.kind == "link"]
