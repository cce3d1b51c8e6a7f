"""A group that promises the order of the stream, in one worker: it waits for the lease, then handles one event after the other.

    hold the lease ──> take the oldest that is not done, or else new ones ──> call ──> acknowledge with the next take
          ^                     ^                                              │
          │ lost                └───────── failed: after a pause ──────────────┤
          └────────────────────────────────────────────────────────────────────┴──> dead letter, after `attempts`

An event that fails holds up all behind it: that is what order means. The worker that takes over begins with what the one before
was given, so nothing overtakes it.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from keyspace.blocking import BLOCK
from keyspace.errors import GroupLost, LeaseLost
from keyspace.lease import LOOK_EVERY
from keyspace.ordered_group import OrderedGroup
from keyspace.stream_entries import StreamEntry
from services.events.backoff import TROUBLE, Backoff, is_outage, jittered
from services.events.consumer import Consumer
from services.events.event import Event, MalformedEvent
from services.events.metrics import EventMetrics
from services.events.outcomes import Outcomes, WorkerLost, text_of
from services.events.retry_policy import RetryPolicy
from services.events.stream import concerns

RENEWALS = 4
"""Renewals within the life of a lease: three may be missed."""
LONGEST_PAUSE = 1.0
"""Seconds to wait at most before asking a server that failed again: clients see the pause as a delay."""

log = structlog.get_logger()


@dataclass(slots=True)
class OrderedSubscription:
    """One consumer with a lease in one worker, and the group that it reads in."""

    consumer: Consumer[Any]
    group: OrderedGroup
    policy: RetryPolicy
    metrics: EventMetrics
    outcomes: Outcomes = field(init=False)
    _done: list[bytes] = field(default_factory=list)
    _call: asyncio.Task[float] | None = None
    _counted: bool = True
    """Whether what is taken again counts as delivered once more: not when it was no fault of the event."""
    _types: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.outcomes = Outcomes(self.consumer.group, self.policy.attempts, self.metrics)
        self._types = self.consumer.types

    async def run(self) -> None:
        """Work until cancelled; then finish the call that was begun, within the grace, and let another worker take over."""
        backoff = Backoff(LONGEST_PAUSE)
        try:
            while True:
                try:
                    if await self.group.lease.hold():
                        await self._work(backoff)
                    await asyncio.sleep(LOOK_EVERY)
                except TROUBLE as error:
                    self._counted = False
                    await self._recover(error, backoff)
        finally:
            await self._leave()

    @property
    def _renew_every(self) -> float:
        return self.group.lease.life / RENEWALS

    async def _work(self, backoff: Backoff) -> None:
        """Handle the events of the group in order.

        Raises:
            LeaseLost: another worker took over.
            Unavailable: a server is away; then the lease ends by itself.
            GroupLost: the group is to be created again.

        """
        renewing = asyncio.create_task(self._renew(), name=f"{self.consumer.group} renew")
        try:
            while True:
                taken = await self.group.take(self.consumer.per_call, self._done, counted=self._counted)
                self._done.clear()
                self._counted = True
                if taken.entries:
                    # A task of its own: cancelled, this worker lets the call end.
                    self._call = asyncio.create_task(self._deliver(taken.entries), name=f"{self.consumer.group} call")
                    await asyncio.sleep(await asyncio.shield(self._call))
                else:
                    await self.group.wait(taken.last, BLOCK)
                backoff.reset()
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self) -> None:
        """Renew the lease until it is lost, which `take` and the handler find out by themselves."""
        held = True
        while held:
            await asyncio.sleep(self._renew_every)
            with contextlib.suppress(*TROUBLE):
                held = await self.group.lease.renew()

    async def _deliver(self, entries: Sequence[StreamEntry]) -> float:
        """Have entries handled, and return the seconds to wait before more are taken."""
        several: list[tuple[StreamEntry, Event]] = []
        for entry in entries:
            if not concerns(entry.fields, self.consumer.group, self._types):
                self._done.append(entry.id)
                continue
            try:
                several.append((entry, self.outcomes.event_of(entry)))
            except (MalformedEvent, WorkerLost) as error:
                await self._set_aside(entry, error)
        return await self._handle(several) if several else 0.0

    async def _handle(self, several: Sequence[tuple[StreamEntry, Event]]) -> float:
        events = [event for _, event in several]
        try:
            async with asyncio.timeout(self.consumer.timeout):
                await self.consumer(events)
        except LeaseLost:
            raise
        except Exception as error:
            for entry, event in several:
                self.outcomes.failed(entry, event, error)
            if is_outage(error):
                raise
            # Not acknowledged, they are taken again, each alone.
            return 0.0 if len(several) > 1 else await self._failed(several[0][0], error)
        self._done += [entry.id for entry, _ in several]
        self.outcomes.handled(events)
        return 0.0

    async def _failed(self, entry: StreamEntry, error: Exception) -> float:
        """Set an event aside after its last attempt, or return the seconds until the next."""
        if isinstance(error, MalformedEvent) or entry.deliveries >= self.policy.attempts:
            await self._set_aside(entry, error)
            return 0.0
        return jittered(self.policy.pause_after(entry.deliveries))

    async def _set_aside(self, entry: StreamEntry, error: Exception) -> None:
        if self.consumer.losing is not None:
            await self.consumer.losing()
        await self.group.group.dead_letter(entry, text_of(error))
        self.outcomes.set_aside(entry, error)

    async def _recover(self, error: Exception, backoff: Backoff) -> None:
        """Create the group again where Redis lost it, stand back where another worker took over, or wait for a server."""
        if isinstance(error, GroupLost):
            with contextlib.suppress(*TROUBLE):
                return await self.group.group.create()
        log.warning("events_interrupted", group=self.consumer.group, error=type(error).__name__)
        return await backoff.wait()

    async def _leave(self) -> None:
        """Wait for the call that has begun, within the grace, and keep the lease meanwhile; then release it."""
        end = time.monotonic() + self.policy.grace
        while self._call and not self._call.done() and (left := end - time.monotonic()) > 0:
            await asyncio.wait([self._call], timeout=min(left, self._renew_every))
            with contextlib.suppress(*TROUBLE):
                await self.group.lease.renew()
        if self._call:
            self._call.cancel()
            await asyncio.gather(self._call, return_exceptions=True)
        with contextlib.suppress(*TROUBLE):
            if self._done:
                await self.group.group.acknowledge(self._done)
            await self.group.lease.release()
            await self.group.group.forget_workers()
