"""Keeps Redis below its limit of memory by removing what is built again from the graph, and nothing else.

Redis itself could not tell: its policies of eviction know when a key was used, and fan-out uses the list of everybody; and they
would take counters of attempts, which expire soon, before timelines. So lists go here, in this order: those of people who have
not read for an hour, least active first; then cached rows; then the lists of everybody else.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from keyspace import keys
from keyspace.activity import Activity
from keyspace.client import Keyspace
from keyspace.memory import estimated_by_role, memory_of, removed
from keyspace.roles import CACHES, is_cached_list, is_row
from keyspace.scanning import scanned
from keyspace.servers import RedisServer
from services.delivery.least_active import least_active
from services.delivery.memory_metrics import MemoryMetrics
from services.events.backoff import TROUBLE, Backoff

LOOK_EVERY = 1.0
"""Seconds between looks at the memory."""
ESTIMATE_EVERY = 60
"""Looks between estimates of what each role takes."""
RELIEF = 0.9
"""Share of the bound down to which is removed, so that not every look has to remove something."""
IDLE = 60
"""Minutes without a page from which a list goes before cached rows do: rows live for about as long."""

log = structlog.get_logger()

Names = Sequence[bytes | str]


@dataclass(slots=True)
class Eviction:
    """The loop of one worker for one Redis. `above` is the share of the limit of Redis from which it removes.

    Every worker does this. No lease keeps the others from it: a Redis that is full could not give one, and to remove a list twice
    harms nothing.
    """

    server: RedisServer
    above: float
    metrics: MemoryMetrics
    _removed_until: int = field(default=0, init=False)
    """Minute since 1970: who last read before it has no list any more, so they need not be looked at again."""

    async def run(self) -> None:
        """Work until cancelled. Redis may be away."""
        backoff, looks = Backoff(), 0
        while True:
            try:
                await self.look()
                if looks % ESTIMATE_EVERY == 0:
                    self.metrics.show_roles(self.server.roles, await estimated_by_role(self._keyspace))
                looks += 1
                backoff.reset()
            except TROUBLE as error:
                log.warning("eviction_interrupted", redis=self.server.name, error=type(error).__name__)
                await backoff.wait()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> int:
        """Look at the memory once, remove what is too much, and return how many keys were removed.

        Raises:
            Unavailable: Redis does not answer.

        """
        memory = await memory_of(self._keyspace)
        self.metrics.show(self.server.name, memory)
        bound = memory.limit * self.above
        if not memory.limit or memory.used <= bound or not self.server.roles & CACHES:
            return 0
        total = 0
        async with aclosing(self._expendable()) as expendable:
            async for names in expendable:
                count, memory = await removed(self._keyspace, names)
                total += count
                self.metrics.removed.inc(count)
                if memory.used <= bound * RELIEF:
                    break
        self.metrics.show(self.server.name, memory)
        if memory.used > bound:
            log.warning("redis_full", redis=self.server.name, used=memory.used, limit=memory.limit, removed=total)
        else:
            log.info("redis_relieved", redis=self.server.name, used=memory.used, limit=memory.limit, removed=total)
        return total

    @property
    def _keyspace(self) -> Keyspace:
        return self.server.keyspace

    async def _expendable(self) -> AsyncGenerator[Names, None]:
        """Yield the names of what may be removed, in batches, what is missed least first."""
        activity = Activity(self._keyspace)
        idle = await activity.minute() - IDLE
        async for names in self._lists(activity, self._removed_until, idle):
            yield names
        async for found in scanned(self._keyspace):
            if rows := [name for name in found if is_row(name)]:
                yield rows
        async for names in self._lists(activity, idle, await activity.minute() + 1):
            yield names
        # Whoever is left has a list and is not known to have read, as where activity was lost.
        self._removed_until = 0
        async for found in scanned(self._keyspace):
            if lists := [name for name in found if is_cached_list(name)]:
                yield lists

    async def _lists(self, activity: Activity, since: int, until: int) -> AsyncIterator[Names]:
        async for minute, viewers in least_active(activity, since, until):
            yield [key(each) for each in viewers for key in (keys.timeline, keys.followed, keys.pulled_of)]
            self._removed_until = minute
