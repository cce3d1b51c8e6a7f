"""One of the servers that are compared: what it costs to join it, to stay, and to be sent posts by it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import orjson

from bench.cpu import core_seconds
from bench.resident import resident_kib
from bench.sockets.crowd import Crowd, Received
from bench.sockets.product import TRIPS
from bench.sockets.publishing import Publisher, global_ids
from bench.waiting import PATIENCE
from graph.rows.posts import PostRow
from stack.ports import LOOPBACK

DOCUMENT = (Path(__file__).parent.parent / "documents/live_home.graphql").read_text("utf-8")
FIRST_SOCKETS = 8
"""Sockets that join before any is measured: the first compiles the operation and opens connections to the servers behind."""
QUIET_FOR = 0.25
"""Seconds between looks whether a server is still busy."""
QUIET_BELOW = 0.02
"""Seconds of CPU between two looks below which it is not."""
ANSWERED_WITHIN = 10.0
"""Seconds that a single post may take to arrive everywhere."""
WARM_WITHIN = 30.0
"""The same while nothing is cached."""
WARM_TRIES = 3
"""Times that posts are sent to have all of them cached."""
AFTER = 15.0
"""Seconds after the last of some posts at a rate in which they may arrive."""
ANY_POST = [""]


@dataclass(frozen=True, slots=True)
class Trips:
    """Statements to Neo4j and round trips to Redis."""

    cypher: int = 0
    redis: int = 0

    def since(self, before: "Trips") -> "Trips":
        """Return those since there were fewer."""
        return Trips(self.cypher - before.cypher, self.redis - before.redis)


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of many posts at once. `seconds` last until the last arrival, or until patience ended."""

    posts: int
    sockets: int
    seconds: float
    core_seconds: float
    received: Received
    trips: Trips

    @property
    def throughput(self) -> float:
        """Deliveries a second. Where none came in time, one is counted, so that others can be compared with it."""
        return max(self.received.delivered, 1) / self.seconds

    @property
    def arrived(self) -> float:
        """Percent of the deliveries that came."""
        return self.received.delivered / (self.posts * self.sockets) * 100

    @property
    def core_us(self) -> float:
        """CPU time of the server for a delivery, in microseconds."""
        return self.core_seconds / max(self.received.delivered, 1) * 1_000_000

    @property
    def ended(self) -> int:
        """Streams that ended."""
        return sum(self.received.ended.values())


@dataclass(slots=True)
class Side:
    """A server by its port, and what was measured of it. Times are in milliseconds, memory in KiB for a socket."""

    port: int
    counts_trips: bool = False
    join_ms: float = 0.0
    idle_kib: float = 0.0
    answered: list[float] = field(default_factory=list)
    """From the request that writes a post to each arrival."""
    bursts: list[Burst] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """From the entry in the stream to each arrival, at a rate that leaves time between two posts."""

    async def join(self, tokens: Sequence[str], write: Callable[[], Awaitable[object]], posts: int) -> None:
        """Measure CPU and memory of sockets that join, and then how soon they get posts that are written one by one."""
        async with self.joined(tokens[:FIRST_SOCKETS]) as crowd:
            await self._answer(crowd, write)
        cpu, memory = core_seconds(self.port), resident_kib(self.port)
        async with self.joined(tokens) as crowd:
            self.join_ms = (core_seconds(self.port) - cpu) / len(tokens) * 1_000
            self.idle_kib = (resident_kib(self.port) - memory) / len(tokens)
            for _ in range(posts):
                self.answered += await self._answer(crowd, write)

    async def warm(self, tokens: Sequence[str], publisher: Publisher, posts: Sequence[PostRow]) -> str:
        """Send posts one by one, so that everything of them is cached for each viewer; return a message with the last.

        Where some do not get all, as when their streams end, all are sent again.
        """
        for _ in range(WARM_TRIES):
            arrived, sample = 0, ""
            async with self.joined(tokens) as crowd:
                for post in posts:
                    await crowd.expect(global_ids([post]))
                    await publisher.at_once([post])
                    received = await crowd.received(WARM_WITHIN)
                    arrived, sample = arrived + received.delivered, received.sample
            if arrived == len(posts) * len(tokens):
                break
        return sample

    async def burst(self, tokens: Sequence[str], publisher: Publisher, posts: Sequence[PostRow], patience: float) -> Burst:
        """Send posts all at once."""
        async with self.joined(tokens) as crowd:
            await crowd.expect(global_ids(posts))
            trips, cpu, began = await self.trips(), core_seconds(self.port), time.perf_counter()
            await publisher.at_once(posts)
            received = await crowd.received(patience)
            spent = core_seconds(self.port) - cpu
        between = (await self.trips()).since(trips)
        return Burst(len(posts), len(tokens), received.ends - began, spent, received, between)

    async def at_rate(
        self, tokens: Sequence[str], publisher: Publisher, posts: Sequence[PostRow], per_second: float
    ) -> None:
        """Send posts at a rate."""
        async with self.joined(tokens) as crowd:
            self.times += await times_of(crowd, publisher, posts, per_second)

    @asynccontextmanager
    async def joined(self, tokens: Sequence[str]) -> AsyncIterator[Crowd]:
        """Open sockets, and wait until the server has nothing left to do for them; the same when they have left."""
        async with Crowd.joined(self.port, DOCUMENT, tokens) as crowd:
            await self._quiet()
            yield crowd
        await self._quiet()

    async def _answer(self, crowd: Crowd, write: Callable[[], Awaitable[object]]) -> list[float]:
        await crowd.expect(ANY_POST, timed=True)
        began = time.perf_counter()
        await write()
        received = await crowd.received(ANSWERED_WITHIN)
        return _durations(began, received.times[0], received.ends, crowd.size)

    async def _quiet(self) -> None:
        """Wait until the server uses no CPU worth mentioning."""
        async with asyncio.timeout(PATIENCE):
            before = core_seconds(self.port)
            while True:
                await asyncio.sleep(QUIET_FOR)
                if (now := core_seconds(self.port)) - before < QUIET_BELOW:
                    return
                before = now

    async def trips(self) -> Trips:
        """Return those of the process by now; none where it does not count."""
        if not self.counts_trips:
            return Trips()
        return Trips(**await asyncio.to_thread(_counted, f"http://{LOOPBACK}:{self.port}{TRIPS}"))


async def times_of(crowd: Crowd, publisher: Publisher, posts: Sequence[PostRow], per_second: float) -> list[float]:
    """Send posts at a rate, and return the milliseconds from each entry to each arrival."""
    await crowd.expect(global_ids(posts), timed=True)
    entered = await publisher.at_rate(posts, per_second)
    received = await crowd.received(AFTER)
    times = list[float]()
    for began, arrivals in zip(entered, received.times, strict=True):
        times += _durations(began, arrivals, received.ends, crowd.size)
    return times


def _durations(began: float, arrivals: Sequence[float], ends: float, sockets: int) -> list[float]:
    """Return the milliseconds until each arrival at so many sockets; what has not come counts as if it came at the end."""
    return [(at - began) * 1_000 for at in (*arrivals, *[ends] * (sockets - len(arrivals)))]


def _counted(address: str) -> Mapping[str, int]:
    with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
        counts: Mapping[str, int] = orjson.loads(answer.read())
    return counts
