"""Bytes of Redis for an entry of a timeline, over thousands of timelines of 800."""

from bench.figures import Figure, at_most
from bench.ground import Ground
from bench.timelines import build
from graph.ids import new_id
from keyspace.client import Keyspace

BYTES = 20
CHUNK = 1_000
"""Timelines pushed to in one step."""
BUFFERS = ("mem_clients_normal", "mem_aof_buffer")
"""What `used_memory` counts and timelines do not need."""


async def measure(ground: Ground) -> list[Figure]:
    """Weigh timelines as they are built, and again when half of each has been pushed out by new posts."""
    async with ground.parts() as parts:
        cached, viewers = parts.delivery.cached, range(1, ground.pace.timelines + 1)
        entries = len(viewers) * cached.cap
        before = await _used(parts.keyspace)
        await build(cached, viewers, cached.cap)
        built = await _used(parts.keyspace)
        for _ in range(cached.cap // 2):
            post = new_id()
            for start in range(0, len(viewers), CHUNK):
                await cached.push(post, viewers[start : start + CHUNK])
        pushed = await _used(parts.keyspace)
        await parts.keyspace.command("FLUSHALL")
    return [
        Figure("an entry of a built timeline", (built - before) / entries, "bytes", at_most(BYTES)),
        Figure("an entry after half of it was replaced by pushes", (pushed - before) / entries, "bytes", at_most(BYTES)),
        Figure("a timeline of 800 entries", (pushed - before) / len(viewers) / 1_024, "KiB"),
        Figure("timelines weighed", len(viewers), "timelines"),
    ]


async def _used(keyspace: Keyspace) -> int:
    """Give the bytes that the server has allocated, without the buffers of connections and of the append-only file."""
    memory = await keyspace.redis.info("memory")
    return int(memory["used_memory"]) - sum(int(memory[name]) for name in BUFFERS)
