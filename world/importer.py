"""The import of a real follow graph: `rookery import follows FILE`.

The mark of an import in the graph holds how far its follows are written, in the same transaction as they are; a run that
was broken off goes on from there. Everything else is made from the file alone, so the graph is the same in the end.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from graph.driver import Graph
from world.crowd import Crowd
from world.edges import Edge, edges
from world.errors import UnreadableFile
from world.imported_posts import BATCH as POSTS_A_BATCH
from world.imported_posts import imported_posts, shuffled
from world.opened import Opened, opened
from world.progress import Progress, silent
from world.rhythm import DAY
from world.strangers import FOLLOWING_SPAN, first_follow
from world.writing import batches, patient

EDGES_A_BATCH = 10_000
"""Follows of one transaction: at 3,000 the round trips begin to count, at 50,000 a heap of 512 MB begins to strain."""
BY_FOLLOWER, BY_FOLLOWED = 1_000_003, 7_919
"""Multipliers that spread the keys of two people over the span of follows; keys may be up to 4e12 before they overflow."""
LISTED = 20
"""Bad lines that a report names; the others are counted."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `bad` lists the first lines that were skipped as (number, reason), `bad_count` counts all.

    `people` are those in the file, `new_people` those who were made now; `edges` the good lines, `follows` how many the
    people of the file follow in the graph now: fewer than the edges where lines repeat. `resumed_at` is the line at which an
    earlier run was broken off, or 0; `posts` how many were written now.
    """

    people: int
    new_people: int
    edges: int
    follows: int
    bad: tuple[tuple[int, str], ...]
    bad_count: int
    resumed_at: int
    posts: int
    seconds: float


@dataclass(slots=True)
class _Reading:
    """A file being read in a thread, batch by batch."""

    source: Opened
    good: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    bad_count: int = 0

    def refuse(self, number: int, reason: str) -> None:
        self.bad_count += 1
        if len(self.bad) < LISTED:
            self.bad.append((number, reason))

    def batches(self) -> Iterator[list[Edge]]:
        batch: list[Edge] = []
        try:
            for edge in edges(self.source, self.refuse):
                batch.append(edge)
                self.good += 1
                if len(batch) == EDGES_A_BATCH:
                    yield batch
                    batch = []
        except UnreadableFile:
            yield batch
            raise
        yield batch


async def import_follows(
    graph: Graph,
    source: Path | Literal["-"],
    *,
    prefix: str = "u",
    posts: int = 0,
    now_ms: int | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Import a file of follows into a migrated graph, and write so many posts for its people.

    The id 123 becomes the person `u123`; whoever has this username already is that person. Letters count as lower case.
    `progress` is told bytes of the file, then posts. Times lie before `now_ms`, by default the beginning of the day on which
    this import was first begun. Run again it changes nothing, and with more posts it writes those that are missing.

    Raises:
        UnreadableFile: the file cannot be read, or not to its end.

    """
    began, graph = time.perf_counter(), patient(graph)
    with ExitStack() as stack:
        file = await asyncio.to_thread(stack.enter_context, opened(source))
        mark = f"{prefix}:{file.checksum}"
        today = int(time.time() * 1_000) // DAY * DAY
        now, position, written = await graph.write("world/begin_import", **{"import": mark}, name=file.name, now=now_ms or today)
        crowd, reading = Crowd(graph, prefix, now), _Reading(file)
        await _write_follows(graph, reading, crowd, mark, position, now, progress)
    members = crowd.members()
    follows = sum([await graph.read("world/count_following", keys=list(keys)) for keys in batches(members, 5_000)])
    if members and posts > written:
        order = await asyncio.to_thread(shuffled, members, mark)
        done = written
        for batch in imported_posts(mark, order, written, posts, now):
            await graph.write("world/add_posts", rows=batch.posts)
            await graph.write("world/add_tags", rows=batch.tags)
            done = min(done - done % POSTS_A_BATCH + len(batch.posts), posts)
            await graph.write("world/import_posts_written", **{"import": mark}, posts=done)
            progress(done, posts, "posts")
    return ImportReport(
        len(members), crowd.made, reading.good, follows, tuple(reading.bad), reading.bad_count, position,
        max(posts - written, 0) if members else 0, time.perf_counter() - began,
    )  # fmt: skip


async def _write_follows(
    graph: Graph, reading: _Reading, crowd: Crowd, mark: str, position: int, now_ms: int, progress: Progress
) -> None:
    """Write the follows after `position`; while the graph takes one batch, a thread reads the next."""
    batches_ = reading.batches()
    following = asyncio.create_task(asyncio.to_thread(next, batches_, None))
    try:
        while (batch := await following) is not None:
            following = asyncio.create_task(asyncio.to_thread(next, batches_, None))
            # Also of follows that are written already: the posts are spread over everybody in the file.
            keys = await crowd.keys([name for _, follower, followed in batch for name in (follower, followed)])
            rows: dict[int, dict[int, None]] = {}
            for number, follower, followed in batch:
                if number > position:
                    rows.setdefault(keys[follower], {})[keys[followed]] = None
            if rows:
                await graph.write(
                    "world/import_follows", **{"import": mark}, position=batch[-1][0],
                    rows=[(follower, list(those)) for follower, those in rows.items()],
                    since=first_follow(now_ms), span=FOLLOWING_SPAN, byFollower=BY_FOLLOWER, byFollowed=BY_FOLLOWED,
                )  # fmt: skip
            progress(reading.source.read(), reading.source.size, "follows")
    finally:
        # The thread reads from a file that the caller closes: wait for it.
        await asyncio.gather(following, return_exceptions=True)
