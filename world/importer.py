"""The import of a real follow graph: `rookery import follows FILE`.

A run that was broken off is taken up where it stopped, and a whole one run again changes nothing: everything is made
from the file and the moment of the first run alone.
"""

import asyncio
import time
from array import array
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graph.driver import Graph
from world.crowd import LONGEST_PREFIX, Crowd
from world.imported_posts import BATCH, imported_posts, shuffled
from world.opened import opened
from world.progress import Progress, silent
from world.reading import Reading
from world.rhythm import DAY
from world.writing import batches, patient
from world.writing_follows import Mark, write_follows

COUNTED = 5_000
"""People whose follows are counted in one query."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    `people` are those in the file, `new_people` those made by this run. `edges` are the good lines, and `follows` is
    how many the people of the file follow in the graph now: fewer than the edges where lines repeat. `bad` lists the
    first lines that were skipped as (number, reason), `bad_count` counts all of them. `resumed_at` is the line where an
    earlier run had stopped, or 0, and `posts` how many were written by this one.
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
    """Import a file of follows into a migrated graph, and write so many posts for its people.

    The id 123 becomes the person `u123`; whoever has this username already is that person. Capitals count as small
    letters. `progress` is told bytes of the file, then posts. Times lie before `now_ms`, by default the beginning of
    the day on which this import was first begun; the mark of an import keeps that, so a later run need not know it.
    With more posts than before, only those that are missing are written.

    Raises:
        ValueError: the prefix cannot stand in a username.
        UnreadableFile: the file cannot be read, or not to its end; what came before is imported.

    """
    if len(prefix) > LONGEST_PREFIX or not (prefix.replace("_", "a") + "a").isalnum() or not prefix.isascii():
        raise ValueError(f"A prefix has at most {LONGEST_PREFIX} letters a to z, digits and underscores.")
    began, graph, prefix = time.perf_counter(), patient(graph), prefix.lower()
    with ExitStack() as stack:
        file = await asyncio.to_thread(stack.enter_context, opened(source))
        name = f"{prefix}:{file.checksum}"
        now_ms = now_ms or int(time.time() * 1_000) // DAY * DAY
        mark = Mark(name, *await graph.write("world/begin_import", mark=name, name=file.name, now=now_ms))
        crowd, reading = Crowd(graph, prefix, mark.now_ms), Reading(file)
        await write_follows(graph, reading, crowd, mark, progress)
    members = crowd.members()
    return ImportReport(
        people=len(members),
        new_people=crowd.made,
        edges=reading.good,
        follows=await _following(graph, members),
        bad=tuple(reading.bad),
        bad_count=reading.bad_count,
        resumed_at=mark.position,
        posts=await _write_posts(graph, mark, members, posts, progress),
        seconds=time.perf_counter() - began,
    )


async def _following(graph: Graph, members: "array[int]") -> int:
    return sum([await graph.read("world/count_following", keys=list(keys)) for keys in batches(members, COUNTED)])


async def _write_posts(graph: Graph, mark: Mark, members: "array[int]", wanted: int, progress: Progress) -> int:
    """Write the posts that the mark does not count yet, and give how many those are."""
    if not members or wanted <= mark.posts:
        return 0
    order = await asyncio.to_thread(shuffled, members, mark.name)
    done = mark.posts - mark.posts % BATCH
    for batch in imported_posts(mark.name, order, mark.posts, wanted, mark.now_ms):
        await graph.write("world/add_posts", rows=batch.posts)
        await graph.write("world/add_tags", rows=batch.tags)
        done += len(batch.posts)
        await graph.write("world/import_posts_written", mark=mark.name, posts=done)
        progress(done, wanted, "posts")
    return wanted - mark.posts
