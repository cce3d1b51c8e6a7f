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
    CLOSE_FRIENDS = "CLOSE_FRIENDS"
    MENTIONED = "MENTIONED"


class ReplyRule(StrEnum):
    """Who, of those who may see a post, may reply to it; its author always may."""

    EVERYONE = "EVERYONE"
    FOLLOWERS = "FOLLOWERS"
    MENTIONED = "MENTIONED"
    NOBODY = "NOBODY"


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
    """A person, without anything private. `key` is the small integer that FOLLOWS and Redis keys repeat.

    What they hide is for the policy alone: their lists of followers and following, and the counts of hidden lists.
    """

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
    hides_followers: bool
    hides_following: bool
    hides_counts: bool

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `users/by_id` gives for a person: the fields in order, times in milliseconds."""
        return cls(*[*values[:12], moment_or_none(values[12]), moment(values[13]), *values[14:]])


@dataclass(frozen=True, slots=True)
class UserCounts:
    """Degrees of a person: exact, kept by the store with the edges. `restricted` are those posts not for everybody."""

    followers: int
    following: int
    posts: int
    restricted: int


@dataclass(frozen=True, slots=True)
class VisibleCounts:
    """Those of a person's counts that a viewer may know; None for the others."""

    followers: int | None
    following: int | None
    posts: int | None


@dataclass(frozen=True, slots=True)
class PrivacyRow:
    """What somebody has chosen for their privacy, for themselves alone."""

    private: bool
    discoverable: bool
    hide_followers: bool
    hide_following: bool
    hide_counts: bool
    default_audience: Audience
    default_replies: ReplyRule

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `privacy/settings` gives: the fields in order."""
        *flags, audience, replies = values
        return cls(*[*flags, Audience(audience), ReplyRule(replies)])


@dataclass(frozen=True, slots=True)
class PostRow:
    """The body of a post. `home` tells whether it belongs on home timelines.

    Where `followers_as_of` (milliseconds since 1970 UTC) is given, followers are those who have followed since then.
    """

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
    replies: ReplyRule
    followers_as_of: int | None

    @property
    def mention_ids(self) -> list[str]:
        """Ids of the people whom it mentions, in the order of the text."""
        return [id_ for _, id_ in self.mentions]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `posts/by_id` gives for a post: the fields in order, times in milliseconds."""
        id_, author_id, author_key, text, lang, audience, delivery, home, reply_to_id, root_id = values[:10]
        media_ids, mentions, created_at, deleted_at, replies, followers_as_of = values[10:]
        return cls(
            id_, author_id, author_key, text, lang, Audience(audience), Delivery(delivery), home, reply_to_id, root_id,
            tuple(media_ids), tuple((name, user_id) for name, user_id in mentions),
            moment(created_at), moment_or_none(deleted_at), ReplyRule(replies), followers_as_of,
        )


@dataclass(frozen=True, slots=True)
class PostCounts:
    """Degrees of a post: exact, kept by the store with the edges."""

    likes: int
    replies: int


FOR_EVER = 9_007_199_254_740_991
"""The end of a mute that has none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a viewer and a person stand, both directions of everything, and nothing of it towards oneself.

    Times are in milliseconds since 1970 UTC. `muted_until` is 0 where the viewer does not mute the person.
    """

    following_since: int | None = None
    followed_by: bool = False
    asked: bool = False
    asked_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muted_until: int = 0
    mutes_reposts_only: bool = False
    close_friend: bool = False
    close_friend_of: bool = False

    @property
    def following(self) -> bool:
        """Whether the viewer follows the person."""
        return self.following_since is not None

    @property
    def blocked(self) -> bool:
        """Whether either blocks the other."""
        return self.blocking or self.blocked_by

    def muted(self, now: int) -> bool:
        """Tell whether the viewer mutes all that the person posts, at a time."""
        return self.muted_until > now and not self.mutes_reposts_only


STRANGERS = Standing()
"""How two people stand who have nothing to do with each other, and anybody who is not signed in."""


class TopicKind(StrEnum):
    """What a muted topic is."""

    WORD = "WORD"
    HASHTAG = "HASHTAG"
    THREAD = "THREAD"


@dataclass(frozen=True, slots=True)
class MutedTopic:
    """A word or phrase, a hashtag, or a thread (by its first post's id) that somebody mutes, until a time or for ever."""

    id: str
    kind: TopicKind
    value: str
    until: int | None
    created_at: datetime

    @property
    def thread_id(self) -> str | None:
        """Id of the first post of the thread, where it is one."""
        return self.value if self.kind is TopicKind.THREAD else None

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, if it does."""
        return moment_or_none(self.until)

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `mutes/topics` gives: the fields in order, times in milliseconds."""
        id_, kind, value, until, at = values
        return cls(id_, TopicKind(kind), value, until, moment(at))


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture and the posts it hangs on. Width and height are those of the upright original, in pixels, once known."""

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
    post_ids: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `media/by_id` gives for a picture: the fields in order, times in milliseconds."""
        id_, owner_id, state, *rest, created_at, post_ids = values
        return cls(*[id_, owner_id, MediaState(state), *rest, moment(created_at), tuple(post_ids)])


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, written in the transaction that made it so. `at` is in milliseconds since 1970 UTC."""

    id: str
    type: str
    at: int
    payload: dict[str, Any]
