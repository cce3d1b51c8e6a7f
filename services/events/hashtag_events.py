"""Events of hashtags."""

from dataclasses import dataclass

from services.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HashtagEvent(Event):
    """Somebody changed whether they follow a hashtag. No row holds that, but their home timeline is merged by it."""

    user_id: str
    user_key: int
    hashtag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HashtagFollowed(HashtagEvent, type="hashtag.followed"):
    """Somebody follows a hashtag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashtagUnfollowed(HashtagEvent, type="hashtag.unfollowed"):
    """Somebody no longer follows a hashtag."""
