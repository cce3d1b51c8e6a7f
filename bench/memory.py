"""Bytes of Redis for an entry of a timeline, over thousands of timelines of 800."""

import asyncio
from collections.abc import Sequence

from bench.figures import Figure, at_most
from bench.testbed import Testbed
from bench.timelines import build
from graph.ids import new_id
from keyspace.client import Keyspace
from services.delivery.cached import CachedTimelines

BYTES = 20
STEP = 50
"""Posts between two weighings: a list grows and shrinks by whole blocks, so no one moment stands for all."""
CHUNK = 1_000
"""Timelines pushed to in one step."""
BUFFERS = ("mem_clients_normal", "mem_aof_buffer")
"""What `used_memory` counts and timelines do not need."""
PAUSE, LOOKS, LOOKS_MAX, SAME = 0.25, 6, 24, 3
"""Seconds between looks at the memory, how many there are at least and at most, and how many of the last must agree."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Weigh timelines as they are built, and again and again while new posts push everything out that was built."""
    async with testbed.parts() as parts:
        cached, viewers = parts.delivery.cached, range(1, testbed.run_length.timelines + 1)
        before = await _settled(parts.keyspace)
        await build(cached, viewers, cached.cap)
        built = await _settled(parts.keyspace) - before
        weighed = []
        for _ in range(cached.cap // STEP):
            for _ in range(STEP):
                await _push(cached, viewers)
            weighed.append(await _used(parts.keyspace) - before)
        await parts.keyspace.command("FLUSHALL")
    entries, mean = len(viewers) * cached.cap, sum(weighed) / len(weighed)
    return [
        Figure("an entry of a built timeline", built / entries, "bytes", at_most(BYTES)),
        Figure("an entry while all are pushed out by new ones, on average", mean / entries, "bytes", at_most(BYTES)),
        Figure("an entry at the worst moment of that", max(weighed) / entries, "bytes"),
        Figure(f"a timeline of {cached.cap} entries", mean / len(viewers) / 1_024, "KiB"),
        Figure("timelines weighed", len(viewers), "timelines"),
    ]


async def _push(cached: CachedTimelines, viewers: Sequence[int]) -> None:
    post = new_id()
    for start in range(0, len(viewers), CHUNK):
        await cached.push(post, viewers[start : start + CHUNK])


async def _settled(keyspace: Keyspace) -> int:
    """Give the same once Redis has counted the buffers of all connections anew, which it does once a second."""
    found = [await _used(keyspace)]
    while len(found) < LOOKS or len(set(found[-SAME:])) > 1:
        if len(found) >= LOOKS_MAX:
            break
        await asyncio.sleep(PAUSE)
        found.append(await _used(keyspace))
    return found[-1]


async def _used(keyspace: Keyspace) -> int:
    """Give the bytes that the server has allocated, without the buffers of connections and of the append-only file."""
    lines = (await keyspace.command("INFO", "memory")).decode().split()
    memory = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(memory["used_memory"]) - sum(int(memory[name]) for name in BUFFERS)
