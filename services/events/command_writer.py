"""How every mutation writes: the statement, its events in the same transaction, and what is hot made fresh at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from errors import Unavailable
from graph.driver import Graph
from graph.outbox import OutboxEvent
from services.events.invalidation import Invalidation

EventsOf = Callable[[Any], Sequence[OutboxEvent]]
"""Gives the events of a write from the value that its statement returned."""


@dataclass(frozen=True, slots=True)
class CommandWriter:
    """Writes on behalf of one viewer or of the product."""

    graph: Graph
    invalidation: Invalidation

    def of_viewer(self, viewer: str) -> "CommandWriter":
        """Give the same, so that this viewer reads their own writes in a cluster."""
        return replace(self, graph=self.graph.as_viewer(viewer))

    async def write(self, name: str, /, *, events: EventsOf, **params: Any) -> Any:
        """Run a statement and give its one value, None where it changed nothing.

        While Redis is down the write succeeds all the same, and its events repeat the invalidation when it is back.
        """
        told: list[OutboxEvent] = []

        def tell(value: Any) -> Sequence[OutboxEvent]:
            told[:] = events(value)  # a retried transaction tells again, with other ids
            return told

        value = await self.graph.write(name, events=tell, **params)
        if told:
            await self._freshen(told)
        return value

    async def _freshen(self, told: Sequence[OutboxEvent]) -> None:
        try:
            await self.invalidation(told)
        except Unavailable:
            return
