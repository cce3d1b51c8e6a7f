"""Events of two users: blocks, mutes and close friends, which the actor makes and ends."""

from dataclasses import dataclass

from keyspace import keys
from keyspace.rankings import RankingKind
from services.events.event import Event, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEvent(Event):
    """The actor did something about the target."""

    actor_id: str
    actor_key: int
    target_id: str
    target_key: int

    def stale(self) -> Stale:
        """Return the relationship of the two, as each of them sees it."""
        return Stale(fields=relationship_of(self.actor_id, self.actor_key, self.target_id, self.target_key))


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChanged(PairEvent):
    """The actor began or ended to block the target."""

    def stale(self) -> Stale:
        """Return the relationship of the two, and the suggestions of each."""
        rows = [ranking_of(self.actor_id, self.actor_key), ranking_of(self.target_id, self.target_key)]
        return Stale(rows=rows, fields=PairEvent.stale(self).fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBlocked(BlockChanged, type="user.blocked"):
    """The actor blocks the target.

    The follows, requests and close friendships that the block ended have events of their own.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUnblocked(BlockChanged, type="user.unblocked"):
    """The actor no longer blocks the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteChanged(PairEvent):
    """The actor began or ended to mute the target, or changed how."""

    def stale(self) -> Stale:
        """Return the relationship of the two, and the suggestions of the actor."""
        return Stale(rows=[ranking_of(self.actor_id, self.actor_key)], fields=PairEvent.stale(self).fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMuted(MuteChanged, type="user.muted"):
    """The actor mutes the target, or changes how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUnmuted(MuteChanged, type="user.unmuted"):
    """The actor no longer mutes the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBefriended(PairEvent, type="user.befriended"):
    """The actor made the target a close friend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUnbefriended(PairEvent, type="user.unbefriended"):
    """The target is no longer a close friend of the actor's choosing."""


def relationship_of(one: str, one_key: int, other: str, other_key: int) -> list[tuple[str, str]]:
    """Return the two cached fields that hold the relationship of two users."""
    return [(keys.relationships(one_key), other), (keys.relationships(other_key), one)]


def ranking_of(user: str, key: int) -> tuple[RankingKind, str]:
    """Return the cached ranking of whom a user may know."""
    return RankingKind(viewer=key), user
