"""Memory of Redis per timeline entry, for thousands of timelines with 800 entries."""

import asyncio
from collections.abc import Sequence

from bench.figures import Figure, at_most
from bench.testbed import Testbed
from bench.timelines import build
from graph.ids import new_id
from keyspace.client import Keyspace
from services.delivery.cached import CachedTimelines

BYTES = 20
"""Goal: bytes per entry."""
STEP = 50
"""Posts between two measurements. A list grows and shrinks by whole blocks, so one measurement is not enough."""
CHUNK = 1_000
"""Timelines per call of the push script."""
BUFFERS = ("mem_clients_normal", "mem_aof_buffer")
"""Parts of `used_memory` that do not belong to timelines."""
PAUSE, READINGS, READINGS_MAX, SAME = 0.25, 6, 24, 3
"""Seconds between readings of the memory, the least and most readings, and how many of the last must be equal."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Measure timelines after they are built, and repeatedly while new posts replace all their entries."""
    async with testbed.parts() as parts:
        cached, viewers = parts.delivery.cached, range(1, testbed.run_length.timelines + 1)
        before = await _settled(parts.keyspace)
        await build(cached, viewers, cached.cap)
        built = await _settled(parts.keyspace) - before
        measured = []
        for _ in range(cached.cap // STEP):
            for _ in range(STEP):
                await _push(cached, viewers)
            measured.append(await _used(parts.keyspace) - before)
        await parts.keyspace.command("FLUSHALL")
    entries, mean = len(viewers) * cached.cap, sum(measured) / len(measured)
    return [
        Figure("an entry of a built timeline", built / entries, "bytes", at_most(BYTES)),
        Figure("an entry while all are pushed out by new ones, on average", mean / entries, "bytes", at_most(BYTES)),
        Figure("an entry at the worst moment of that", max(measured) / entries, "bytes"),
        Figure(f"a timeline of {cached.cap} entries", mean / len(viewers) / 1_024, "KiB"),
        Figure("timelines measured", len(viewers), "timelines"),
    ]


async def _push(cached: CachedTimelines, viewers: Sequence[int]) -> None:
    post = new_id()
    for start in range(0, len(viewers), CHUNK):
        await cached.push(post, viewers[start : start + CHUNK])


async def _settled(keyspace: Keyspace) -> int:
    """Return the memory once it is stable: Redis updates the size of connection buffers once per second."""
    found = [await _used(keyspace)]
    while len(found) < READINGS or len(set(found[-SAME:])) > 1:
        if len(found) >= READINGS_MAX:
            break
        await asyncio.sleep(PAUSE)
        found.append(await _used(keyspace))
    return found[-1]


async def _used(keyspace: Keyspace) -> int:
    """Return the allocated bytes, without the buffers of connections and of the append-only file."""
    lines = (await keyspace.command("INFO", "memory")).decode().split()
    memory = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(memory["used_memory"]) - sum(int(memory[name]) for name in BUFFERS)
