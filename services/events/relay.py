"""The relay: moves events from the outbox in the graph to the stream in Redis.

    read the oldest ──> add to the stream ──> remove from the outbox, by exact ids

Killed anywhere in between, it moves the same events again: twice in the stream does no harm, lost would. Exact ids
matter, because an event with a smaller id may be committed after one with a larger id was moved.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from graph.driver import Graph
from keyspace.keys import EVENTS
from services.events.backoff import TROUBLE, Backoff
from services.events.connection import blocking
from services.events.lease import LIFE, Lease
from services.events.metrics import EventMetrics, waiting_of
from services.events.nudge import CHANNEL

LEASE = "rookery:relay"
"""Key of the lease: one relay moves at a time, so that order is kept and nothing is moved twice for nothing."""
FULL = 0.9
"""Part of the stream that a group may be behind before the relay waits: trimming would drop what it has not read."""
LOOK_AFTER = 0.05
"""Part of the stream that is moved between two looks at how far the groups are behind: half of what FULL leaves."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """Numbers of the relay.

    Attributes:
        batch: events moved at a time.
        poll: seconds between looks when no nudge comes.
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
        redis: Redis,
        metrics: EventMetrics,
        *,
        groups: Collection[str] = (),
        options: RelayOptions | None = None,
    ) -> None:
        """Put the parts together; nothing is connected yet."""
        # In a cluster, its reads must see its own removals, or the same events would be moved again and again.
        self.graph = graph.as_viewer("relay")
        self._redis = redis
        self._metrics = metrics
        self._groups = frozenset(groups)
        self._options = options or RelayOptions()
        self._woken = asyncio.Event()
        self._unasked: float = math.inf

    async def run(self) -> None:
        """Move events until cancelled; wait whenever the graph or Redis is down."""
        async with blocking(self._redis) as redis, asyncio.TaskGroup() as loops:
            loops.create_task(self._listen(redis), name="relay listens")
            loops.create_task(self._move_for_ever(redis), name="relay moves")

    async def move(self, redis: Redis) -> int:
        """Move one batch, oldest first, and give its size.

        Raises:
            Unavailable: the graph cannot be reached.
            RedisError: the stream cannot be written; nothing was removed from the outbox.

        """
        found = await self.graph.read("outbox/oldest", limit=self._options.batch)
        if not found:
            return 0
        pipeline = redis.pipeline(transaction=False)
        for id_, type_, at, payload in found:
            fields: dict[Any, Any] = {b"id": id_, b"type": type_, b"at": at, b"payload": payload}
            pipeline.xadd(EVENTS, fields, maxlen=self._options.stream_length, approximate=True)
        await pipeline.execute()
        now = time.time()
        for _, _, at, _ in found:
            self._metrics.relay_delay.observe(now - at / 1_000)
        self._metrics.relayed.inc(len(found))
        self._unasked += len(found)
        await self.graph.write("outbox/remove", ids=[id_ for id_, *_ in found])
        return len(found)

    async def _move_for_ever(self, redis: Redis) -> None:
        lease, backoff = Lease(redis, LEASE), Backoff()
        try:
            while True:
                # Cleared before looking: a nudge that comes meanwhile leads to another look.
                self._woken.clear()
                try:
                    if not await lease.hold():
                        await asyncio.sleep(LIFE / 3)
                    elif await self._is_crowded(redis):
                        log.warning("relay_waits", reason="a group is too far behind")
                        await asyncio.sleep(self._options.poll)
                    elif await self.move(redis) < self._options.batch:
                        await self._nudged()
                    backoff.reset()
                except TROUBLE as error:
                    log.warning("relay_interrupted", error=type(error).__name__)
                    await backoff.wait()
        finally:
            with contextlib.suppress(RedisError, OSError):
                await lease.release()

    async def _is_crowded(self, redis: Redis) -> bool:
        """Tell whether a group is so far behind that the next events would push unread ones out of the stream.

        Asked only when enough was moved since the last time that the answer may have changed: it costs two round trips.
        """
        if self._unasked < LOOK_AFTER * self._options.stream_length:
            return False
        waiting = await waiting_of(redis)
        behind = max((group.lag + group.pending for name, group in waiting.items() if name in self._groups), default=0)
        crowded = behind >= FULL * self._options.stream_length
        self._unasked = self._unasked if crowded else 0.0
        return crowded

    async def _nudged(self) -> None:
        """Wait for a nudge, or for the next look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._options.poll):
                await self._woken.wait()

    async def _listen(self, redis: Redis) -> None:
        """Turn nudges into looks; many that come at once are one."""
        backoff = Backoff()
        while True:
            try:
                async with redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        if await channel.get_message(timeout=self._options.poll):
                            self._woken.set()
                        backoff.reset()
            except (RedisError, OSError):
                await backoff.wait()
