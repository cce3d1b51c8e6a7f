"""Rows of users: who they are, their counts, and what they chose for their privacy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from cached_json import CachesJson
from clock import moment, moment_or_none
from graph.rows.media_display import SensitiveMedia
from graph.rows.posts import Audience, QuoteRule, ReplyRule


class UserState(StrEnum):
    """Whether an account is in use. Whoever is not ACTIVE is hidden from everybody."""

    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class UserRow(CachesJson):
    """A user, without anything private. `key` is the small integer that FOLLOWS and Redis keys repeat.

    What they hide is for the policy alone: their lists of followers and following, and the counts of hidden lists. What they
    chose for sensitive pictures is for themselves. `pinned_ids` are those of posts that they pinned, in their order.
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
    state: UserState
    verified_at: datetime | None
    created_at: datetime
    hides_followers: bool
    hides_following: bool
    hides_counts: bool
    sensitive_media: SensitiveMedia
    pinned_ids: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `users/by_id` gives for a user: the fields in order, times in milliseconds."""
        state, verified_at, created_at, *hides, media, pinned = values[11:]
        return cls(
            *[*values[:11], UserState(state), moment_or_none(verified_at), moment(created_at)],
            *[*hides, SensitiveMedia(media), tuple(pinned)],
        )


@dataclass(frozen=True, slots=True)
class UserCounts:
    """Degrees of a user: exact, kept by the store with the edges. `restricted` are those posts not for everybody."""

    followers: int
    following: int
    posts: int
    restricted: int


@dataclass(frozen=True, slots=True)
class VisibleCounts:
    """Those of a user's counts that a viewer may know; None for the others."""

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
    default_quotes: QuoteRule
    sensitive_media: SensitiveMedia

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `privacy/settings` gives: the fields in order."""
        *flags, audience, replies, quotes, media = values
        return cls(*[*flags, Audience(audience), ReplyRule(replies), QuoteRule(quotes), SensitiveMedia(media)])
