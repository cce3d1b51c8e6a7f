"""Events of follows and of requests to follow."""

from dataclasses import dataclass

from keyspace.list_heads import FOLLOWERS, FOLLOWING
from keyspace.row_cache import USER_COUNTS, Kind
from services.events.event import Event, Stale
from services.events.pair_events import ranking_of, relationship_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowEvent(Event):
    """Something happened between a follower and whom they follow, or ask to follow."""

    follower_id: str
    follower_key: int
    followed_id: str
    followed_key: int

    def stale(self) -> Stale:
        """Return the relationship of the two, as each of them sees it, and whom the follower may know."""
        fields = relationship_of(self.follower_id, self.follower_key, self.followed_id, self.followed_key)
        return Stale(rows=[ranking_of(self.follower_id, self.follower_key)], fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowChanged(FollowEvent):
    """A follow began or ended, so the counts of both change as well, and a list of each."""

    def stale(self) -> Stale:
        """Return the same, the counts of the two, and the heads of the lists that the follow is in."""
        stale = FollowEvent.stale(self)
        counts: list[tuple[Kind, str]] = [(USER_COUNTS, self.follower_id), (USER_COUNTS, self.followed_id)]
        heads = [(FOLLOWING, self.follower_id), (FOLLOWERS, self.followed_id)]
        return Stale(rows=[*stale.rows, *counts, *heads], fields=stale.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowCreated(FollowChanged, type="follow.created"):
    """Somebody follows somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowDeleted(FollowChanged, type="follow.deleted"):
    """Somebody no longer follows somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRequested(FollowEvent, type="follow.requested"):
    """Somebody asks to follow somebody private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRequestEnded(FollowEvent, type="follow.request_ended"):
    """A request to follow was taken back, refused or accepted, or a block ended it."""
