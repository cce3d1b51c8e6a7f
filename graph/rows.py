"""What the graph gives: frozen rows, built by position from the lists that queries return."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self


class Audience(StrEnum):
    """Who may see a post."""

    PUBLIC = "PUBLIC"
    FOLLOWERS = "FOLLOWERS"


class Delivery(StrEnum):
    """How a post reaches home timelines: pushed, pushed to some and pulled by others, or pulled."""

    PUSH = "PUSH"
    MIXED = "MIXED"
    PULL = "PULL"


class MediaState(StrEnum):
    """Where a picture is on its way from an upload address to its three sizes."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    READY = "READY"
    REFUSED = "REFUSED"


def moment(milliseconds: int) -> datetime:
    """Give the time of a property: milliseconds since 1970 UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def moment_or_none(milliseconds: int | None) -> datetime | None:
    """Give the time of a property that may be absent."""
    return None if milliseconds is None else moment(milliseconds)


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person, without anything private. `key` is the small integer that FOLLOWS and Redis keys repeat."""

    id: str
    key: int
    username: str
    display_name: str
    bio: str
    location: str | None
    website: str | None
    avatar_id: str | None
    cover_id: str | None
    private: bool
    discoverable: bool
    state: str
    verified_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `users/by_id` gives for a person: the fields in order, times in milliseconds."""
        return cls(*[*values[:12], moment_or_none(values[12]), moment(values[13])])


@dataclass(frozen=True, slots=True)
class UserCounts:
    """Degrees of a person: exact, kept by the store with the edges."""

    followers: int
    following: int
    posts: int


@dataclass(frozen=True, slots=True)
class PostRow:
    """The body of a post. `home` tells whether it belongs on home timelines."""

    id: str
    author_id: str
    author_key: int
    text: str
    lang: str | None
    audience: Audience
    delivery: Delivery
    home: bool
    reply_to_id: str | None
    root_id: str | None
    media_ids: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]
    created_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `posts/by_id` gives for a post: the fields in order, times in milliseconds."""
        id_, author_id, author_key, text, lang, audience, delivery, home, reply_to_id, root_id = values[:10]
        media_ids, mentions, created_at, deleted_at = values[10:]
        return cls(
            id_, author_id, author_key, text, lang, Audience(audience), Delivery(delivery), home, reply_to_id, root_id,
            tuple(media_ids), tuple((name, user_id) for name, user_id in mentions),
            moment(created_at), moment_or_none(deleted_at),
        )


@dataclass(frozen=True, slots=True)
class PostCounts:
    """Degrees of a post: exact, kept by the store with the edges."""

    likes: int
    replies: int


@dataclass(frozen=True, slots=True)
class Relation:
    """How the viewer and a person stand: both directions of FOLLOWS."""

    following: bool
    followed_by: bool


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture. Width and height are those of the upright original, in pixels, once it is known."""

    id: str
    owner_id: str
    state: MediaState
    content_type: str
    bytes: int
    alt: str
    width: int | None
    height: int | None
    blurhash: str | None
    refusal: str | None
    created_at: datetime

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `media/by_id` gives for a picture: the fields in order, times in milliseconds."""
        id_, owner_id, state, *rest = values
        return cls(*[id_, owner_id, MediaState(state), *rest[:-1], moment(rest[-1])])


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, written in the transaction that made it so. `at` is in milliseconds since 1970 UTC."""

    id: str
    type: str
    at: int
    payload: dict[str, Any]
