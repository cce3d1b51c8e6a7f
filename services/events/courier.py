"""The courier: right after a commit, a process puts its events on the stream itself, so that nobody waits for the relay."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from graph.outbox import OutboxEvent
from keyspace.event_stream import EventStream
from services.events.backoff import TROUBLE
from services.events.stream import stored_fields

MOST_AT_ONCE = 100
"""Events of one transaction that are handed over at most. More are left to the relay, which moves them bit by bit."""

log = structlog.get_logger()


@dataclass(slots=True)
class Courier:
    """Hands events over without making the request wait. `send` fits `Graph(committed=...)`.

    The events stand in the outbox all the same, and the relay moves what was not handed over, because Redis was away or the
    process died. Who could not hand over says so with the next events, which closes the gate. `length` is about how many entries
    the stream keeps.
    """

    stream: EventStream
    length: int
    _failed: int = 0
    """How often events could not be handed over."""
    _told: int = 0
    """How often they could not before Redis was last told of it."""
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    def send(self, events: Sequence[OutboxEvent]) -> None:
        """Hand over the events of a transaction that was committed; without events, leave to the relay what may have been.

        It is begun at once, and what one process sends over its one connection arrives in order, so of what somebody writes after
        an answer the event comes after the earlier one.
        """
        task = asyncio.get_running_loop().create_task(self._send(events), name="courier")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._sending)

    async def _send(self, events: Sequence[OutboxEvent]) -> None:
        failed = self._failed
        try:
            if failed > self._told or not 0 < len(events) <= MOST_AT_ONCE:
                await self.stream.leave_to_relay()
                self._told = max(self._told, failed)
            else:
                await self.stream.hand_over([stored_fields(event) for event in events], length=self.length)
        except TROUBLE as error:
            self._failed += 1
            log.info("events_left_to_the_relay", events=[event.type for event in events], error=type(error).__name__)
