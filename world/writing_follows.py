"""How the follows of a file come into the graph: while it takes one batch, a thread reads the next."""

import asyncio
from dataclasses import dataclass

from graph.driver import Graph
from world.crowd import Crowd
from world.edges import Edge
from world.progress import Progress
from world.reading import Reading
from world.strangers import FOLLOWING_SPAN, first_follow

BY_FOLLOWER, BY_FOLLOWED = 1_000_003, 7_919
"""Multipliers that spread the keys of two people over the span of follows; keys up to 4e12 do not overflow."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the graph knows of an import: the line and the number of posts that it got to, and the moment of its anchor.

    The position is written in the transaction of the follows before it, so neither is ever ahead of the other.
    """

    name: str
    now_ms: int
    position: int
    posts: int


async def write_follows(graph: Graph, reading: Reading, crowd: Crowd, mark: Mark, progress: Progress) -> None:
    """Write the follows after the position of the mark. `progress` is told bytes of the file.

    Raises:
        UnreadableFile: the file is damaged; what came before is written.

    """
    batches = reading.batches()
    following = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await following) is not None:
            following = asyncio.create_task(asyncio.to_thread(next, batches, None))
            await _write(graph, batch, crowd, mark)
            progress(reading.source.read(), reading.source.size, "follows")
    finally:
        # The thread reads from a file that the caller closes, so it must have ended.
        await asyncio.gather(following, return_exceptions=True)


async def _write(graph: Graph, batch: list[Edge], crowd: Crowd, mark: Mark) -> None:
    # Also for follows that are written already: the posts are spread over everybody in the file.
    keys = await crowd.keys([name for _, follower, followed in batch for name in (follower, followed)])
    rows: dict[int, dict[int, None]] = {}
    for number, follower, followed in batch:
        if number > mark.position:
            rows.setdefault(keys[follower], {})[keys[followed]] = None
    if rows:
        await graph.write(
            "world/import_follows",
            mark=mark.name,
            position=batch[-1][0],
            rows=[(follower, list(those)) for follower, those in rows.items()],
            since=first_follow(mark.now_ms),
            span=FOLLOWING_SPAN,
            byFollower=BY_FOLLOWER,
            byFollowed=BY_FOLLOWED,
        )
