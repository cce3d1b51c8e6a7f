"""What somebody does about somebody else: one statement on two people, and the events that tell of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound, Unauthenticated
from graph.outbox import OutboxEvent
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter

Fact = Callable[..., OutboxEvent]
"""One of the functions of `services.events.facts` about two people."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people, as events name them."""

    actor_id: str
    actor_key: int
    target_id: str
    target_key: int

    @property
    def turned(self) -> "Pair":
        """Give the same two the other way round."""
        return Pair(self.target_id, self.target_key, self.actor_id, self.actor_key)

    def told(self, fact: Fact) -> OutboxEvent:
        """Tell what the actor did about the target."""
        return fact(
            actor_id=self.actor_id, actor_key=self.actor_key, target_id=self.target_id, target_key=self.target_key
        )

    def followed(self, fact: Fact) -> OutboxEvent:
        """Tell of a follow of the target by the actor, or of a request for one."""
        return fact(
            follower_id=self.actor_id, follower_key=self.actor_key, followed_id=self.target_id, followed_key=self.target_key
        )


EventsOf = Callable[[Pair, Sequence[Any]], Sequence[OutboxEvent]]
"""Gives the events of a write from the viewer and the target, and from what its row says besides their keys."""


async def act(
    writer: CommandWriter, name: str, viewer: Viewer, target: str, events: EventsOf, /, **params: Any
) -> Sequence[Any]:
    """Run a statement of a viewer about a person, and give what its row says besides the two keys that it begins with.

    Raises:
        NotFound: there is no such person, or none whom the viewer may know of.
        Unauthenticated: the viewer's account is gone or not in use.

    """

    def told(row: Sequence[Any]) -> Sequence[OutboxEvent]:
        viewer_key, target_key, *rest = row
        return () if target_key is None else events(Pair(viewer.id, viewer_key, target, target_key), rest)

    row = await writer.of_viewer(viewer.id).write(name, events=told, viewer=viewer.id, target=target, **params)
    if row is None:
        raise Unauthenticated
    if row[1] is None:
        raise NotFound("person")
    return list(row[2:])

