"""The import of a real follow graph: `rookery import follows FILE`.

An interrupted import continues where it stopped, and running a finished one again changes nothing: everything depends only on
the file and the time of the first run.
"""

import asyncio
import time
from array import array
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import clock
from graph.driver import Graph
from world.edge_batches import EdgeBatches
from world.edge_file import open_edge_file
from world.imported_people import LONGEST_PREFIX, ImportedPeople
from world.imported_posts import BATCH, imported_posts, shuffled
from world.progress import Progress, silent
from world.times import DAY
from world.writing import batches, with_long_timeouts
from world.writing_follows import ImportState, write_follows

COUNTED = 5_000
"""People per query that counts follows."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import.

    `people` counts those in the file, `new_people` those created by this run. `edges` counts the valid lines, and `follows`
    the follows in the graph of the people in the file, which are fewer if lines repeat. `bad` lists the first skipped lines
    as (number, reason), and `bad_count` counts all of them. `resumed_at` is the line where an earlier run stopped, or 0;
    `posts` counts those that this run wrote.
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


async def import_follows(
    graph: Graph,
    source: Path | Literal["-"],
    *,
    prefix: str = "u",
    posts: int = 0,
    now_ms: int | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Import a file of follows into a migrated graph, and write posts for its people.

    The id 123 becomes the person `u123`, new or existing. Upper and lower case are the same. `progress` gets bytes of the
    file, then posts. All times are before `now_ms`, by default the start of the day of the first run; the graph stores it
    for later runs. If `posts` is larger than in an earlier run, only the missing ones are written.

    Raises:
        ValueError: the prefix is not valid in a username.
        UnreadableFile: the file cannot be read to its end; what came before is imported.

    """
    if len(prefix) > LONGEST_PREFIX or not (prefix.replace("_", "a") + "a").isalnum() or not prefix.isascii():
        raise ValueError(f"A prefix has at most {LONGEST_PREFIX} letters a to z, digits and underscores.")
    began, graph, prefix = time.perf_counter(), with_long_timeouts(graph), prefix.lower()
    with ExitStack() as stack:
        file = await asyncio.to_thread(stack.enter_context, open_edge_file(source))
        name = f"{prefix}:{file.checksum}"
        now_ms = now_ms or clock.now_ms() // DAY * DAY
        state = ImportState(name, *await graph.write("world/begin_import", mark=name, name=file.name, now=now_ms))
        people, edge_batches = ImportedPeople(graph, prefix, state.now_ms), EdgeBatches(file)
        await write_follows(graph, edge_batches, people, state, progress)
    members = people.members()
    return ImportReport(
        people=len(members),
        new_people=people.created,
        edges=edge_batches.good,
        follows=await _following(graph, members),
        bad=tuple(edge_batches.bad),
        bad_count=edge_batches.bad_count,
        resumed_at=state.position,
        posts=await _write_posts(graph, state, members, posts, progress),
        seconds=time.perf_counter() - began,
    )


async def _following(graph: Graph, members: "array[int]") -> int:
    return sum([await graph.read("world/count_following", keys=list(keys)) for keys in batches(members, COUNTED)])


async def _write_posts(graph: Graph, state: ImportState, members: "array[int]", wanted: int, progress: Progress) -> int:
    """Write the posts that are missing, and return their number."""
    if not members or wanted <= state.posts:
        return 0
    order = await asyncio.to_thread(shuffled, members, state.name)
    done = state.posts - state.posts % BATCH
    for batch in imported_posts(state.name, order, state.posts, wanted, state.now_ms):
        await graph.write("world/add_posts", rows=batch.posts)
        await graph.write("world/add_tags", rows=batch.tags)
        done += len(batch.posts)
        await graph.write("world/import_posts_written", mark=state.name, posts=done)
        progress(done, wanted, "posts")
    return wanted - state.posts
