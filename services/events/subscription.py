"""A group at work in one worker: reads events, has them handled, acknowledges them, tries failed ones again.

    read ──> call ──> acknowledge
              │  ^
              v  │  later, longer each time
           retry queue ──> dead letter, after `attempts`

Redis keeps what a group was given and has not acknowledged, so a worker may die at any point.
"""

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from keyspace.blocking import BLOCK
from keyspace.consumer_group import ConsumerGroup
from keyspace.errors import GroupLost
from keyspace.stream_entries import StreamEntry
from services.events.acknowledgements import Acknowledgements
from services.events.backoff import TROUBLE, Backoff, is_outage, jittered
from services.events.consumer import Consumer
from services.events.event import Event, MalformedEvent
from services.events.metrics import EventMetrics
from services.events.outcomes import Outcomes, WorkerLost, text_of
from services.events.retry_policy import OUTAGE_PAUSE, RetryPolicy
from services.events.retry_queue import RetryQueue
from services.events.stream import concerns

TICK = 0.25
"""Seconds between looks at what is due: an idle look costs no command."""
BUSY_TICK = 0.01
"""Seconds between looks while more is due than could be begun."""

log = structlog.get_logger()


@dataclass(slots=True)
class Subscription:
    """One consumer in one worker, and the group that it reads in."""

    consumer: Consumer[Any]
    group: ConsumerGroup
    policy: RetryPolicy
    metrics: EventMetrics
    outcomes: Outcomes = field(init=False)
    acknowledgements: Acknowledgements = field(init=False)
    retries: RetryQueue = field(default_factory=RetryQueue)
    _working: set[bytes] = field(default_factory=set)
    _calls: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(init=False)
    _types: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.outcomes = Outcomes(self.consumer.group, self.policy.attempts, self.metrics)
        self.acknowledgements = Acknowledgements(self.group)
        self._slots = asyncio.Semaphore(self.consumer.concurrency)
        self._types = self.consumer.types

    async def run(self) -> None:
        """Work until cancelled; then finish what was begun, within the grace, and leave the rest to others."""
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._read(), name=f"{self.consumer.group} read")
                loops.create_task(self._tend(), name=f"{self.consumer.group} tend")
                loops.create_task(self.acknowledgements.run(), name=f"{self.consumer.group} acknowledge")
        finally:
            await self._drain()

    async def _read(self) -> None:
        """Read new events as long as there is room for them."""
        backoff = Backoff()
        while True:
            free = self.consumer.concurrency - len(self._calls)
            if free <= 0:
                await asyncio.wait(self._calls, return_when=asyncio.FIRST_COMPLETED)
            elif self.retries.is_full:
                await asyncio.sleep(TICK)
            else:
                try:
                    self._begin(await self.group.read(free * self.consumer.per_call, BLOCK))
                    backoff.reset()
                except TROUBLE as error:
                    await self._recover(error, backoff)

    async def _tend(self) -> None:
        """Renew what is in work, try again what failed, take over what others left."""
        backoff, renew_at, more = Backoff(), 0.0, True
        while True:
            try:
                if time.monotonic() >= renew_at:
                    await self._renew()
                    renew_at, more = time.monotonic() + self.policy.renew_every, True
                if more:
                    more = await self._take_over()
                again = await self._try_again()
                backoff.reset()
                await asyncio.sleep(BUSY_TICK if more or again else TICK)
            except TROUBLE as error:
                await self._recover(error, backoff)

    @property
    def _room(self) -> int:
        """Calls that may still be begun for events that come again; reading leaves them as many as run at once."""
        return max(0, 2 * self.consumer.concurrency - len(self._calls))

    async def _take_over(self) -> bool:
        """Begin what another worker left, each alone, as one may have killed it; return whether there may be more."""
        if not (room := self._room):
            return True
        idle = int(self.policy.reclaim_after * 1_000)
        found = await self.group.claim_abandoned(idle, room, known=self._known())
        self._begin(found, alone=True)
        return bool(found)

    async def _try_again(self) -> bool:
        """Begin failed events whose wait is over; return whether there were some."""
        due = self.retries.take_due(self._room)
        some = bool(due)
        while due:
            try:
                claimed = await self.group.claim(due[0])
            except TROUBLE:
                for entry in due:
                    self.retries.add(entry, OUTAGE_PAUSE)
                raise
            self._begin(due[:1] if claimed else [], alone=True)
            del due[0]
        return some

    async def _renew(self) -> None:
        if known := self._known():
            await self.group.renew(known)

    def _known(self) -> list[bytes]:
        """Return everything that this worker was given and has not yet acknowledged."""
        return [*self._working, *self.retries.entries, *self.acknowledgements.unsent]

    def _begin(self, entries: Iterable[StreamEntry], *, alone: bool = False) -> None:
        """Start calls for entries: several a call where the consumer takes several, or each alone."""
        taken: list[tuple[StreamEntry, Event]] = []
        for entry in entries:
            if not concerns(entry.fields, self.consumer.group, self._types):
                self.acknowledgements.add([entry.id])
            else:
                try:
                    taken.append((entry, self.outcomes.event_of(entry)))
                except (MalformedEvent, WorkerLost) as error:
                    self._start([entry], self._dead_letter(entry, error))
        size = 1 if alone else self.consumer.per_call
        for several in (taken[start : start + size] for start in range(0, len(taken), size)):
            self._start([entry for entry, _ in several], self._call(several))

    def _start(self, entries: Sequence[StreamEntry], work: Coroutine[Any, Any, None]) -> None:
        ids = {entry.id for entry in entries}
        self._working |= ids
        call = asyncio.create_task(work, name=f"{self.consumer.group} call")
        self._calls.add(call)
        call.add_done_callback(lambda done: self._ended(done, ids))

    def _ended(self, call: asyncio.Task[None], ids: set[bytes]) -> None:
        self._calls.discard(call)
        self._working -= ids
        if not call.cancelled() and (error := call.exception()):
            log.error("event_call_broke", group=self.consumer.group, exc_info=error)

    async def _call(self, several: Sequence[tuple[StreamEntry, Event]]) -> None:
        """Have events handled, then acknowledge them or note their failure."""
        events = [event for _, event in several]
        try:
            async with self._slots, asyncio.timeout(self.consumer.timeout):
                await self.consumer(events)
        except Exception as error:  # noqa: BLE001  # whatever a handler raises is a failed attempt
            for entry, event in several:
                await self._failed(entry, event, error, alone=len(several) == 1)
        else:
            self.acknowledgements.add(entry.id for entry, _ in several)
            self.outcomes.handled(events)

    async def _failed(self, entry: StreamEntry, event: Event, error: Exception, *, alone: bool) -> None:
        """Let an event wait for its next attempt, or set it aside."""
        self.outcomes.failed(entry, event, error)
        if is_outage(error):
            # Not the event's fault: it does not count, so that no outage, however long, fills the dead letters.
            self.retries.add(entry, jittered(OUTAGE_PAUSE))
        elif (alone and isinstance(error, MalformedEvent)) or entry.deliveries >= self.policy.attempts:
            await self._dead_letter(entry, error)
        else:
            pause = jittered(self.policy.pause_after(entry.deliveries))
            self.retries.add(replace(entry, deliveries=entry.deliveries + 1), pause)

    async def _dead_letter(self, entry: StreamEntry, error: Exception) -> None:
        try:
            if self.consumer.losing is not None:
                await self.consumer.losing()
            await self.group.dead_letter(entry, text_of(error))
        except TROUBLE:
            self.retries.add(replace(entry, deliveries=self.policy.attempts + 1), OUTAGE_PAUSE)
            return
        self.outcomes.set_aside(entry, error)

    async def _recover(self, error: Exception, backoff: Backoff) -> None:
        """Create the group again where Redis lost it, or wait for Redis."""
        if isinstance(error, GroupLost):
            with contextlib.suppress(*TROUBLE):
                return await self.group.create()
        log.warning("events_interrupted", group=self.consumer.group, error=type(error).__name__)
        return await backoff.wait()

    async def _drain(self) -> None:
        """Wait for the calls that have begun, within the grace, then let other workers claim at once what is unfinished.

        While it waits, it renews the entries, so that no other worker claims them too early.
        """
        end = time.monotonic() + self.policy.grace
        while self._calls and (left := end - time.monotonic()) > 0:
            await asyncio.wait(self._calls, timeout=min(left, self.policy.renew_every))
            with contextlib.suppress(*TROUBLE):
                await self._renew()
        for call in self._calls:
            call.cancel()
        unfinished = [*self._working, *self.retries.entries]
        await asyncio.gather(*self._calls, return_exceptions=True)
        with contextlib.suppress(*TROUBLE):
            await self.acknowledgements.send()
            if unfinished:
                await self.group.renew(unfinished, idle=int(self.policy.reclaim_after * 1_000))
            await self.group.forget_workers()
