"""Keeps Redis below its limit of memory by removing what is built again from the graph, and nothing else.

Redis itself could not tell: its policies of eviction know when a key was used, and fan-out uses the list of everybody; and they
would take counters of attempts, which expire soon, before timelines. So lists go here, in this order: those of people who have
not read for an hour, least active first; then plans of posts that were delivered ten minutes ago or before; then cached rows,
those first that nobody has read for minutes; then the lists of everybody else.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

import structlog

from keyspace import keys
from keyspace.activity import Activity
from keyspace.client import Keyspace
from keyspace.fan_out_plans import DONE_LIFE
from keyspace.memory import Memory, forgotten, idle_for, memory_of, removed
from keyspace.memory_estimate import MemoryEstimate
from keyspace.roles import CACHES, is_cached_list, is_row
from keyspace.scanning import KeyWalk, scanned
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
RETAINED = 0.05
"""Share of the limit that caches keep, however much else there is: to remove the last of them would not help for long."""
BRIM = 0.95
"""Share of the limit from which caches keep nothing: what must not be lost needs the room."""
IDLE = 60
"""Minutes without a page from which a list goes before cached rows do: rows live for about as long."""
PLANS = f"{keys.FAN_OUT_PLAN.decode()}*"
SETTLED_LIFE = 1_800_000
"""Milliseconds for which the plan of a settled post is spared: by then all posts of its author are settled. Without the plan it
would be pushed to all again, by every turn that finds it gone. Some thousand posts are settled in that time."""
COLD = 600
"""Seconds without a read from which a row goes before others."""

log = structlog.get_logger()

Removal = Callable[[], Awaitable[tuple[int, Memory]]]
"""Removes a batch; returns how many keys it held, and the memory afterwards."""


@dataclass(slots=True)
class Eviction:
    """The loop of one worker for one Redis. `above` is the share of the limit of Redis from which it removes.

    Every worker does this. No lease keeps the others from it: a Redis that is full could not give one, and to remove a list twice
    harms nothing. A Redis whose own policy takes any key needs none of it.
    """

    server: RedisServer
    above: float
    metrics: MemoryMetrics
    _removed_until: int = field(default=0, init=False)
    """Minute since 1970: who last read before it has no list any more, so they need not be looked at again."""
    _estimate: MemoryEstimate = field(init=False)
    _walk: KeyWalk = field(init=False)

    def __post_init__(self) -> None:
        """Begin to walk along the rows."""
        self._estimate, self._walk = MemoryEstimate(self._keyspace), KeyWalk(self._keyspace)

    async def run(self) -> None:
        """Work until cancelled. Redis may be away."""
        backoff, looks = Backoff(), 0
        while True:
            try:
                await self.look()
                if looks % ESTIMATE_EVERY == 0:
                    self.metrics.show_roles(self.server.roles, (await self._estimate.look()).by_role)
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
        if not memory.limit or memory.used <= bound or memory.evicts_any or not self.server.roles & CACHES:
            return 0
        total, memory = await self._relieve(memory)
        self.metrics.removed.inc(total)
        self.metrics.show(self.server.name, memory)
        if memory.used > bound:
            log.warning("redis_full", redis=self.server.name, used=memory.used, limit=memory.limit, removed=total)
        else:
            log.info("redis_relieved", redis=self.server.name, used=memory.used, limit=memory.limit, removed=total)
        return total

    @property
    def _keyspace(self) -> Keyspace:
        return self.server.keyspace

    async def _relieve(self, memory: Memory) -> tuple[int, Memory]:
        """Remove until so little is used as may be; return how many keys, and the memory afterwards."""
        least, total, before = await self._least(memory), 0, memory.used
        if before <= least:
            return 0, memory
        async with aclosing(self._expendable(memory)) as expendable:
            async for remove in expendable:
                count, memory = await remove()
                total += count
                if memory.used <= least:
                    break
        self._estimate.note_removed(before - memory.used)
        return total, memory

    async def _least(self, memory: Memory) -> float:
        """Return the bytes down to which is removed: where other things take much, caches keep a share."""
        others = memory.used - (await self._estimate.look()).removable
        return max(memory.limit * self.above * RELIEF, min(others + memory.limit * RETAINED, memory.limit * BRIM))

    async def _expendable(self, memory: Memory) -> AsyncGenerator[Removal, None]:
        """Yield what removes a batch each, of what is missed least first."""
        activity = Activity(self._keyspace)
        idle = await activity.minute() - IDLE
        async for remove in self._lists(activity, self._removed_until, idle):
            yield remove
        async for plans in scanned(self._keyspace, PLANS):
            yield partial(forgotten, self._keyspace, plans, SETTLED_LIFE, DONE_LIFE * 1_000)
        async for remove in self._rows(memory):
            yield remove
        async for remove in self._lists(activity, idle, await activity.minute() + 1):
            yield remove
        # Whoever is left has a list and is not known to have read, as where activity was lost.
        self._removed_until = 0
        async for found in scanned(self._keyspace):
            if lists := [name for name in found if is_cached_list(name)]:
                yield partial(removed, self._keyspace, lists)

    async def _rows(self, memory: Memory) -> AsyncIterator[Removal]:
        """Yield the rows that nobody has read for a while, where Redis knows, then all, from where the last look ended."""
        for seconds in (COLD, 0) if memory.knows_idle else (0,):
            async for found in self._walk.round():
                rows = [name for name in found if is_row(name)]
                if cold := await idle_for(self._keyspace, rows, seconds) if seconds else rows:
                    yield partial(removed, self._keyspace, cold)

    async def _lists(self, activity: Activity, since: int, until: int) -> AsyncIterator[Removal]:
        async for minute, viewers in least_active(activity, since, until):
            of_viewer = keys.timeline, keys.followed, keys.pulled_of, keys.followed_hashtags
            names = [key(each) for each in viewers for key in of_viewer]
            yield partial(removed, self._keyspace, names)
            self._removed_until = minute
