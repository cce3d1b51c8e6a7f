"""The one way to write: a statement, its events in the same transaction, and the invalidation of what they made stale."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from errors import OutcomeUnknown
from graph.driver import Graph
from graph.idempotency import Once
from graph.outbox import OutboxEvent
from graph.write import MadeOf
from services.events.attempt import Attempt
from services.events.backoff import TROUBLE
from services.events.event import Event
from services.events.invalidation import Invalidation
from services.events.turns import Turns

EventsOf = Callable[[Any], Iterable[Event]]
"""Returns the events of a write, given the value that its statement returned."""

Then = Callable[[Any], Awaitable[None]]
"""Shows a write in Redis, given the value that its statement returned; it raises nothing where Redis is away."""

log = structlog.get_logger()


def _no_events(_value: Any) -> Iterable[Event]:
    return ()


@dataclass(frozen=True, slots=True)
class CommandWriter:
    """Writes on behalf of one viewer or of the product."""

    graph: Graph
    invalidation: Invalidation
    turns: Turns = field(default_factory=Turns)
    viewer: str | None = None

    def of_viewer(self, viewer: str) -> "CommandWriter":
        """Return a writer whose writes wait for each other, and after which this viewer reads them, also in a cluster."""
        return replace(self, graph=self.graph.as_viewer(viewer), viewer=viewer)

    async def write(
        self,
        name: str,
        /,
        *,
        events: EventsOf = _no_events,
        once: Once | None = None,
        made: MadeOf | None = None,
        then: Then | None = None,
        unchanged: EventsOf = _no_events,
        attempt: Attempt | None = None,
        **params: Any,
    ) -> Any:
        """Run a statement and return its one value, None where it changed nothing.

        With `once`, it is done once for this key; `made` returns, from the value, the id of what the key then stands for. What
        changed something is shown by `then`, in the same round trip in which what is stale is removed.

        A write without events changes nothing that is cached. But the same change may have been made before by a process that
        ended before it removed what is stale. `unchanged` returns the events of such a change: they are not written again, but
        what they made stale is removed, so that whoever is told that it is done sees it.

        An `attempt` is counted where the write changes something, and where nobody knows whether it did. Where there is no room,
        nothing is written; what changes nothing is not refused.

        If Redis is away or refuses, the write succeeds all the same: the worker invalidates again when it handles the events.
        What may have been written is invalidated as well.

        Raises:
            AlreadyMade: it was done before, under the same key.
            Conflict: the key was used for something else.
            ConstraintViolated: a uniqueness constraint refused it.
            TooManyWrites: there is no room for the attempt, and nothing was written.
            Unavailable: nothing was written.
            OutcomeUnknown: it was written or not.

        """
        written: list[Event] = []

        def encoded(value: Any) -> Sequence[OutboxEvent]:
            written[:] = events(value)  # a transaction that is tried again makes new events
            if written and attempt is not None:
                attempt.check()
            return [event.encode() for event in written]

        is_sent = False
        try:
            async with self._turn():
                if attempt is not None:
                    await attempt.decided()
                is_sent = True
                value = await self.graph.write(name, events=encoded, once=once, made=made, **params)
        except (OutcomeUnknown, asyncio.CancelledError) as error:  # a write goes on whose caller is gone
            if attempt is not None and is_sent:
                attempt.spend()
            if isinstance(error, OutcomeUnknown):
                await self.invalidate(written)
            raise
        if written and attempt is not None:
            attempt.spend()
        if then is not None and written:
            await asyncio.gather(self.invalidate(written), then(value))
        elif written or value is not None:
            await self.invalidate(written or list(unchanged(value)))
        return value

    async def invalidate(self, events: Sequence[Event]) -> None:
        """Remove what events made stale, unless Redis is away or refuses: the worker does it again when it handles them."""
        if not events:
            return
        try:
            await self.invalidation(events)
        except TROUBLE as error:
            log.warning("invalidation_failed", events=[event.type for event in events], error=type(error).__name__)

    def _turn(self) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self.viewer is None else self.turns.of(self.viewer, self.graph.options.write_timeout)
