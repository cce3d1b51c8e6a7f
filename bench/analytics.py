"""The named analytics over a large copy: seconds and peak memory of each, in a process as the web process starts them."""

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.questions.asking import CHILD, ROOT
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.parameters import read
from analytics.questions.program import Task
from analytics.snapshots import CURRENT, MANIFEST, PART, SNAPSHOTS, VERSION, Manifest, Part
from analytics.tables import HOUR, TABLES
from bench.errors import BenchError
from bench.figures import Figure
from bench.generated_graph import write_edges
from bench.testbed import Workspace
from clock import now_ms
from world.edge_file import open_edge_file
from world.edges import edges as read_edges

if TYPE_CHECKING:
    import polars as pl

MONTHS = 24
"""Months over which people came, and over which they write."""
LIKES = 4
"""Likes of each post, on average."""
TAGGED = 1 / 3
"""The part of the posts that have a hashtag."""
HASHTAGS = 300
"""Hashtags in use, the first of them much more than the last."""
REPLIES = 0.4
"""The part of the posts that are replies."""
MEMORY, SECONDS = 4_096, 600
"""Bounds for a process: megabytes, and seconds of CPU."""
NAME = "only"
"""Name of the snapshot."""
SEED = 17
KILOBYTES = 1_024
"""Kilobytes in a megabyte; Linux tells peaks in kilobytes."""


async def measure(place: Workspace) -> Sequence[Figure]:
    """Write a copy with the follows of the edge list, or of a generated one, and answer every question once, cold."""
    run_length = place.run_length
    edges = place.edges or place.folder / "edges.txt"
    if place.edges is None:
        write_edges(edges, run_length.people, run_length.follows)
    posts = run_length.posts if place.edges is None else run_length.imported_posts
    # By another process: the kernel counts the memory of whoever starts a process as that of the process.
    with ProcessPoolExecutor(1, get_context("spawn")) as writer:
        people, follows = await asyncio.wrap_future(writer.submit(_write, place.folder / "copy", edges, posts))
    figures = [
        Figure("people", people, "people"),
        Figure("follows", follows, "follows"),
        Figure("posts", posts, "posts"),
    ]
    for name in QUESTIONS:
        seconds, megabytes = await asyncio.to_thread(_answered, place.folder / "copy", name)
        figures += [Figure(name, seconds, "s"), Figure(f"{name}: peak memory", megabytes, "MiB")]
    return figures


def _answered(folder: Path, name: str) -> tuple[float, float]:
    """Return the seconds of a process that answers a question, from its start, and its peak of memory in MiB."""
    task = Task(str(folder), name, read(QUESTIONS[name].parameters, {}), MEMORY, SECONDS)
    readable, writable = os.pipe()
    began = now_ms()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", CHILD],
        {"PYTHONPATH": str(ROOT)},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, readable, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_CLOSE, writable),
        ],
    )
    os.close(readable)
    os.write(writable, task.text.encode())
    _, status, usage = os.wait4(process, 0)
    os.close(writable)
    if status:
        raise BenchError(f"{name} could not be answered (status {status}).")
    return (now_ms() - began) / 1_000, usage.ru_maxrss / KILOBYTES


def _write(folder: Path, edges: Path, posts: int) -> tuple[int, int]:
    """Write a snapshot, and return how many people and follows are in it."""
    import polars as pl

    with open_edge_file(edges) as file:
        pairs = sorted({(follower, followed) for _, follower, followed in read_edges(file, lambda _, __: None)})
    chance, end = random.Random(SEED), datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    names = {each: f"u{chance.getrandbits(64):016x}" for each in sorted({end for pair in pairs for end in pair})}
    people, hours = list(names.values()), 24 * 30 * MONTHS

    def moments(count: int) -> pl.Series:
        return pl.Series([end - timedelta(hours=chance.randrange(hours)) for _ in range(count)], dtype=HOUR)

    post = [f"p{number:016x}" for number in range(posts)]
    parents = [post[chance.randrange(at)] if at and chance.random() < REPLIES else None for at in range(posts)]
    written = pl.DataFrame({"post": post, "author": chance.choices(people, k=posts), "at": moments(posts), "reply_to": parents})
    tagged = written.select("post", "at").sample(fraction=TAGGED, seed=SEED)
    liked = written.select("post", "at").sample(n=posts * LIKES, with_replacement=True, seed=SEED)
    tables = {
        "people": pl.DataFrame({"person": people, "joined": moments(len(people)).dt.truncate("1mo").cast(pl.Date)}),
        "follows": pl.DataFrame({
            "follower": [names[one] for one, _ in pairs],
            "followed": [names[other] for _, other in pairs],
            "at": moments(len(pairs)).dt.date(),
        }),
        "posts": written.with_columns(kind=pl.when(pl.col("reply_to").is_null()).then(pl.lit("POST")).otherwise(pl.lit("REPLY"))),
        "hashtags": tagged.with_columns(
            hashtag=pl.Series([f"hashtag{int(HASHTAGS * chance.random() ** 3)}" for _ in range(tagged.height)])
        ),
        "likes": liked.with_columns(person=pl.Series(chance.choices(people, k=liked.height))).unique(["person", "post"]),
    }
    parts = {name: {"all": _written(folder / SNAPSHOTS / NAME / name, name, frame)} for name, frame in tables.items()}
    manifest = Manifest(VERSION, end.strftime("%Y-%m"), now_ms(), now_ms(), with_text=False, parts=parts)
    (folder / SNAPSHOTS / NAME / MANIFEST).write_text(manifest.text, "utf-8")
    (folder / CURRENT).symlink_to(Path(SNAPSHOTS) / NAME)
    return len(people), len(pairs)


def _written(folder: Path, name: str, frame: "pl.DataFrame") -> Part:
    """Write a table as one file, with nothing in the columns that no question reads."""
    import polars as pl

    schema = TABLES[name].schema
    path = folder / "month=all" / PART
    path.parent.mkdir(parents=True)
    missing = [pl.lit(None, type_).alias(column) for column, type_ in schema.items() if column not in frame.columns]
    frame.with_columns(missing).select(schema.names()).write_parquet(path, compression="zstd")
    return Part(frame.height, path.stat().st_size, "")
