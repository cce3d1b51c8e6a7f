"""Writes the follows of a file to the graph; while one batch is written, a thread reads the next."""

import asyncio
from dataclasses import dataclass

from graph.driver import Graph
from world.edge_batches import EdgeBatches
from world.edges import Edge
from world.generated_person import FOLLOWING_SPAN, first_follow
from world.imported_people import ImportedPeople
from world.progress import Progress

BY_FOLLOWER, BY_FOLLOWED = 1_000_003, 7_919
"""Multipliers that spread the times of follows by the two keys; keys up to 4e12 do not overflow."""


@dataclass(frozen=True, slots=True)
class ImportState:
    """The state of an import in the graph: its base time, the line that it reached, and the number of its posts.

    The position is written in the same transaction as the follows before it, so the two always agree.
    """

    name: str
    now_ms: int
    position: int
    posts: int


async def write_follows(
    graph: Graph, edge_batches: EdgeBatches, people: ImportedPeople, state: ImportState, progress: Progress
) -> None:
    """Write the follows after the stored position. `progress` gets bytes of the file.

    Raises:
        UnreadableFile: the file is damaged; what came before is written.

    """
    batches = edge_batches.batches()
    following = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await following) is not None:
            following = asyncio.create_task(asyncio.to_thread(next, batches, None))
            await _write(graph, batch, people, state)
            progress(edge_batches.source.position(), edge_batches.source.size, "follows")
    finally:
        # The thread must end before the caller closes the file.
        await asyncio.gather(following, return_exceptions=True)


async def _write(graph: Graph, batch: list[Edge], people: ImportedPeople, state: ImportState) -> None:
    # Follows that exist already count too, because posts are written for everybody in the file.
    keys = await people.keys([name for _, follower, followed in batch for name in (follower, followed)])
    rows: dict[int, dict[int, None]] = {}
    for number, follower, followed in batch:
        if number > state.position:
            rows.setdefault(keys[follower], {})[keys[followed]] = None
    if rows:
        await graph.write(
            "world/import_follows",
            mark=state.name,
            position=batch[-1][0],
            rows=[(follower, list(those)) for follower, those in rows.items()],
            since=first_follow(state.now_ms),
            span=FOLLOWING_SPAN,
            byFollower=BY_FOLLOWER,
            byFollowed=BY_FOLLOWED,
        )
