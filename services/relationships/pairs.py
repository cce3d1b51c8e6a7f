"""What somebody does about somebody else: one statement on two users, and its events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from errors import NotFound, Unauthenticated
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserCounts
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter, Then
from services.events.event import Event
from services.events.follow_events import FollowEvent
from services.events.pair_events import PairEvent

PairEventT = TypeVar("PairEventT", bound=PairEvent)
FollowEventT = TypeVar("FollowEventT", bound=FollowEvent)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two users, as events name them: the actor does something about the target."""

    actor_id: str
    actor_key: int
    target_id: str
    target_key: int

    @property
    def turned(self) -> "Pair":
        """Return the same two users with their parts exchanged."""
        return Pair(self.target_id, self.target_key, self.actor_id, self.actor_key)

    def event(self, of: type[PairEventT]) -> PairEventT:
        """Return the event of what the actor did about the target."""
        return of(
            actor_id=self.actor_id, actor_key=self.actor_key, target_id=self.target_id, target_key=self.target_key
        )

    def follow_event(self, of: type[FollowEventT]) -> FollowEventT:
        """Return the event of a follow of the target by the actor, or of a request for one."""
        return of(
            follower_id=self.actor_id, follower_key=self.actor_key, followed_id=self.target_id, followed_key=self.target_key
        )


@dataclass(frozen=True, slots=True)
class PairEdge:
    """What stands between a viewer and a target, made by this write or before.

    `since` is in milliseconds since 1970 UTC; lists of such edges are ordered by it, ties by the key of the other user.
    """

    since: int
    viewer_key: int
    target_key: int

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """Read the row of a statement that makes an edge: it begins with the two keys and ends with the moment."""
        return cls(row[-1], row[0], row[1])


@dataclass(frozen=True, slots=True)
class PairRows:
    """What a write shows of a viewer and a target: their relationship, and the counts of both."""

    relationship: ViewerRelationship
    target_counts: UserCounts
    viewer_counts: UserCounts

    @classmethod
    def of(cls, columns: Sequence[Sequence[Any]]) -> Self:
        """Build from the columns of `pair_rows`."""
        relationship, target, viewer = columns
        return cls(ViewerRelationship(*relationship), UserCounts(*target), UserCounts(*viewer))


EventsOf = Callable[[Pair, Sequence[Any]], Iterable[Event]]
"""Returns the events of a write, given the viewer and the target, and what its row says after their two keys."""


Before = Callable[[Pair], Iterable[Event]]
"""Returns the events that the same write had when it was done before, given the viewer and the target."""


def _never(_pair: Pair) -> Iterable[Event]:
    return ()


async def act(
    writer: CommandWriter,
    name: str,
    viewer: Viewer,
    target: str,
    events: EventsOf,
    before: Before = _never,
    then: Then | None = None,
    /,
    **params: Any,
) -> Sequence[Any]:
    """Run a statement of a viewer about a user, and return its row, which begins with their two keys.

    Where it changes nothing, what it made stale `before` is removed once more. `then` shows the write in Redis, where it changed
    something.

    Raises:
        NotFound: there is no such user, or none whom the viewer may know of.
        Unauthenticated: the viewer's account is gone or not in use.

    """

    def pair_of(row: Sequence[Any]) -> Pair | None:
        viewer_key, target_key, *_ = row
        return None if target_key is None else Pair(viewer.id, viewer_key, target, target_key)

    def events_of(row: Sequence[Any]) -> Iterable[Event]:
        pair = pair_of(row)
        return () if pair is None else events(pair, row[2:])

    def unchanged(row: Sequence[Any]) -> Iterable[Event]:
        pair = pair_of(row)
        return () if pair is None else before(pair)

    row = await writer.of_viewer(viewer.id).write(
        name, events=events_of, unchanged=unchanged, then=then, viewer=viewer.id, target=target, **params
    )
    if row is None:
        raise Unauthenticated
    if row[1] is None:
        raise NotFound("person")
    return list(row)


async def end(
    writer: CommandWriter, statement: str, viewer: Viewer, target: str, event: Callable[[Pair], Event]
) -> Sequence[Any]:
    """End what is between a viewer and a user; where there is nothing to end, nothing changes and there is no event.

    The row of the statement, which is returned, says behind the two keys whether something ended.
    `event` returns the event, given the viewer and the user.

    Raises:
        NotFound: there is no such user, or none whom the viewer may know of.
        Unauthenticated: the viewer's account is gone or not in use.

    """

    def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
        was_there, *_ = row
        return [event(pair)] if was_there else []

    return await act(writer, statement, viewer, target, events, lambda pair: [event(pair)])
