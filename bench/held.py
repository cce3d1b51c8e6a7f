"""Live streams that are held open: memory of the process while sockets wait, get a post now and then, and answer pings."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.figures import Figure, at_most, exactly
from bench.live import Cast
from bench.resident import resident_kib
from bench.served import is_ready, module, served
from bench.sockets.crowd import Crowd, Received
from bench.sockets.figures import OURS
from bench.sockets.publishing import Publisher, global_ids
from bench.sockets.side import FIRST_SOCKETS, Side
from bench.testbed import Testbed
from bench.waiting import until
from graph.rows.posts import PostRow

PARTS = 10
"""Parts of the time: memory is read at the end of each."""
MIDDLE = 5
"""The part in the middle."""
A_PART = 12
"""Posts in a part: one in five seconds."""
AFTER = 15.0
"""Seconds after the last post of a part in which it may arrive."""
GROWTH = 1.02
"""Memory at the end beside that at the end of the first part: what is not the same is less than a kilobyte for each socket."""
MIB = 1_024
"""KiB."""


@dataclass(slots=True)
class Held:
    """What was measured at the end of each part: memory in KiB, and what had arrived."""

    memory: list[float] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    async def one_part(self, port: int, crowd: Crowd, publisher: Publisher, posts: Sequence[PostRow], seconds: float) -> None:
        """Send posts over some seconds, and measure."""
        end = time.perf_counter() + seconds
        await crowd.expect(global_ids(posts))
        await publisher.at_rate(posts, len(posts) / seconds)
        self.received.append(await crowd.received(AFTER))
        await asyncio.sleep(end - time.perf_counter())
        self.memory.append(resident_kib(port))


async def measure(testbed: Testbed) -> list[Figure]:
    """Hold sockets open on a process on one core."""
    sockets, seconds = max(testbed.run_length.sockets), testbed.run_length.held / PARTS
    held = Held()
    async with testbed.parts() as parts:
        cast = await Cast.made(parts, sockets)
        with served(testbed, {OURS: module("bench.sockets.product")}, one_core=True) as ports:
            await until(lambda: asyncio.to_thread(is_ready, ports[OURS]))
            side = Side(ports[OURS])
            async with Publisher.of(parts) as publisher:
                posts = await cast.posts(A_PART)
                await side.warm(cast.tokens[:FIRST_SOCKETS], publisher, posts)
                before = resident_kib(side.port)
                async with side.joined(cast.tokens) as crowd:
                    for _ in range(PARTS):
                        await held.one_part(side.port, crowd, publisher, posts, seconds)
    return _figures(held, sockets, seconds, before)


def _figures(held: Held, sockets: int, seconds: float, before: float) -> list[Figure]:
    wrong = sum(A_PART * sockets - each.delivered + each.misplaced for each in held.received)
    growth = held.memory[-1] / held.memory[0]
    return [
        Figure("sockets", sockets, "sockets"),
        *(
            Figure(f"memory after {part * seconds:,.0f} s", held.memory[part - 1] / MIB, "MiB")
            for part in (1, MIDDLE, PARTS)
        ),
        Figure("memory at the end beside that after a tenth of the time", growth, "times", at_most(GROWTH)),
        Figure("a socket at the end", (held.memory[-1] - before) / sockets, "KiB"),
        Figure("streams ended", sum(sum(each.ended.values()) for each in held.received), "streams", exactly(0)),
        Figure("resyncs", sum(each.resyncs for each in held.received), "resyncs", exactly(0)),
        Figure("posts missing, out of order or twice", wrong, "posts", exactly(0)),
    ]
