"""The relay: moves events from the outbox in the graph to the stream in Redis, where the courier has not put them there already.

    read the oldest ──> add to the stream, each once ──> remove from the outbox, by exact ids

Killed anywhere in between, it meets the same events again. Exact ids matter, because an event with a smaller id may be committed
after one with a larger id was moved.
"""

import asyncio
import contextlib
import math
from collections.abc import Collection
from dataclasses import dataclass

import structlog

from clock import now_ms
from graph.driver import Graph
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.event_stream import EventStream
from keyspace.keys import RELAY_LEASE
from keyspace.lease import LOOK_EVERY, Lease
from keyspace.nudges import Nudges
from keyspace.stream_entries import Fields
from services.events.backoff import TROUBLE, Backoff
from services.events.metrics import EventMetrics

FULL = 0.9
"""Share of the stream that a group may be behind before the relay waits: trimming would drop what it has not read."""
LOOK_AFTER = 0.05
"""Share of the stream that is moved between two looks at how far the groups are behind: half of what FULL leaves."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """Numbers of the relay.

    Attributes:
        batch: events moved at a time.
        poll: seconds between looks when no nudge comes: what an event waits at most that the courier could not hand over.
        stream_length: events kept in the stream, approximately.

    """

    batch: int = 500
    poll: float = 1.0
    stream_length: int = 100_000


class Relay:
    """Moves events while it holds the lease. `groups` are those that must not fall behind what the stream keeps."""

    def __init__(
        self,
        graph: Graph,
        keyspace: Keyspace,
        blocking: BlockingConnections,
        metrics: EventMetrics,
        *,
        groups: Collection[str] = (),
        options: RelayOptions | None = None,
    ) -> None:
        """Put the parts together; nothing is connected yet."""
        # In a cluster, its reads must see its own removals, or the same events would be moved again and again.
        self._graph = graph.as_viewer("relay")
        # There a member that consumers read from may not have the commit when its courier comes, so all is left to the relay.
        self._opens = not graph.bookmarks.routed
        self._events = EventStream(keyspace)
        self._nudges = Nudges(keyspace, blocking)
        self._lease = Lease(keyspace, RELAY_LEASE)
        self._metrics = metrics
        self._groups = frozenset(groups)
        self._options = options or RelayOptions()
        self._woken = asyncio.Event()
        self._moved_since_look: float = math.inf

    async def run(self) -> None:
        """Move events until cancelled; wait whenever the graph or Redis is down."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._listen(), name="relay listens")
            loops.create_task(self._move_for_ever(), name="relay moves")

    async def move(self) -> int:
        """Move one batch, oldest first, and return its size, with what is only removed since the stream has it.

        Raises:
            Unavailable: the graph or Redis cannot be reached.
            CommandRefused: the stream cannot be written; LeaseLost where another is the relay now. Nothing was removed from the
                outbox, in all cases.

        """
        found = await self._graph.read("outbox/oldest", limit=self._options.batch)
        if not found:
            return 0
        added = await self._events.add(self._lease, [_fields(*row) for row in found], length=self._options.stream_length)
        now = now_ms()
        for at in (at for (_, _, at, _), is_new in zip(found, added, strict=True) if is_new):
            self._metrics.relay_delay.observe((now - at) / 1_000)
        self._metrics.relayed.inc(len(found))
        self._moved_since_look += len(found)
        await self._graph.write("outbox/remove", ids=[id_ for id_, *_ in found])
        return len(found)

    async def _move_for_ever(self) -> None:
        backoff = Backoff()
        try:
            while True:
                # Cleared before looking: a nudge that comes meanwhile leads to another look.
                self._woken.clear()
                try:
                    if not await self._lease.hold():
                        await asyncio.sleep(LOOK_EVERY)
                    elif await self._is_crowded():
                        log.warning("relay_waits", reason="a group is too far behind")
                        await self._hold_back()
                        await asyncio.sleep(self._options.poll)
                    elif await self._move_all():
                        await self._nudged()
                    backoff.reset()
                except TROUBLE as error:
                    log.warning("relay_interrupted", error=type(error).__name__)
                    await backoff.wait()
        finally:
            with contextlib.suppress(*TROUBLE):
                await self._events.close_gate(self._lease)
                await self._lease.release()

    async def _move_all(self) -> bool:
        """Move one batch, and return whether that was all: then couriers may append, since they overtake nothing.

        Raises:
            LeaseLost: another is the relay now.

        """
        behind = await self._events.behind()
        if await self.move() == self._options.batch:
            return False
        if not self._opens:
            await self._events.close_gate(self._lease)
            return True
        return await self._events.open_gate(self._lease, behind, length=self._options.stream_length)

    async def _hold_back(self) -> None:
        """Let nobody append, and take out of the outbox what couriers have: their marks do not live for ever."""
        await self._events.close_gate(self._lease)
        found = await self._graph.read("outbox/oldest", limit=self._options.batch)
        if appended := await self._events.appended([id_ for id_, *_ in found]):
            await self._graph.write("outbox/remove", ids=appended)

    async def _is_crowded(self) -> bool:
        """Return whether a group is so far behind that the next events would push unread ones out of the stream.

        Redis is asked only when enough was moved since the last time that the answer may have changed.
        """
        if self._moved_since_look < LOOK_AFTER * self._options.stream_length:
            return False
        backlogs = await self._events.backlogs()
        behind = max((each.lag + each.pending for name, each in backlogs.items() if name in self._groups), default=0)
        crowded = behind >= FULL * self._options.stream_length
        self._moved_since_look = self._moved_since_look if crowded else 0.0
        return crowded

    async def _nudged(self) -> None:
        """Wait for a nudge, or for the next look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._options.poll):
                await self._woken.wait()

    async def _listen(self) -> None:
        """Turn nudges into looks; many that come at once are one."""
        backoff = Backoff()
        while True:
            try:
                async with self._nudges.listening() as nudged:
                    while True:
                        if await nudged(self._options.poll):
                            self._woken.set()
                        backoff.reset()
            except TROUBLE:
                await backoff.wait()


def _fields(id_: str, type_: str, at: int, payload: str) -> Fields:
    """Return the fields of an entry for an event of the outbox, whose payload is JSON already."""
    return {b"id": id_.encode(), b"type": type_.encode(), b"at": b"%d" % at, b"payload": payload.encode()}
