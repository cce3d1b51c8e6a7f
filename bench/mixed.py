"""Home pages with a post after each hundred reads, beside pages of a quiet server; then what is read beside the graph."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from math import ceil
from pathlib import Path

from bench.feed import CONNECTIONS, DOCUMENT, full_viewers
from bench.figures import Figure, at_most, exactly
from bench.load import Load, Request, ask, measure_load
from bench.people import Person, follower_keys, headers_of, people_by_key, size
from bench.served import PRODUCT, Program, is_ready, module, served
from bench.testbed import Testbed
from bench.waiting import is_delivered, until
from feeds import pipeline
from feeds.home import home
from feeds.reader import ReaderIds
from feeds.windows import FIRST_MAX, Window
from graph.ids import LAST
from parts import Parts

WRITE = (Path(__file__).parent / "documents/create_post.graphql").read_text("utf-8")
TURN = 10.0
"""Seconds of a turn at most."""
TIMES = 2
"""Goal: the p99 of reads beside that of the quiet server."""
AUTHORS = 30
"""People who write in turn. A third of them have too many followers for a push to all."""
DEPTH = 3
"""Pages that are compared with the graph, of the most posts that a page has."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How the timelines of some viewers differ from the graph, in posts."""

    lost: int = 0
    extra: int = 0
    repeated: int = 0
    misplaced: int = 0

    @classmethod
    def of(cls, found: Sequence[str], truth: Sequence[str]) -> "Compared":
        """Compare a timeline with the truth."""
        lost, extra, repeated = len(set(truth) - set(found)), len(set(found) - set(truth)), len(found) - len(set(found))
        return cls(lost, extra, repeated, sum(one != other for one, other in zip_longest(found, truth)))

    def __add__(self, other: "Compared") -> "Compared":
        """Return the sums."""
        sums = (getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        return Compared(*sums)


async def measure(testbed: Testbed) -> list[Figure]:
    """Read pages in turns with and without writes, wait until all is delivered, and compare what viewers read with the graph."""
    async with testbed.parts() as parts:
        viewers = await full_viewers(parts, testbed.run_length.sample)
        authors = await _authors(parts, viewers)
        threshold = await _threshold(parts, authors)
        before = await size(parts.graph)
        with served(testbed, programs(threshold)) as ports:
            await until(lambda: asyncio.to_thread(is_ready, ports["web"]))
            loads = await _loads(parts, ports["web"], viewers, authors, testbed.run_length.mixed)
            await until(lambda: is_delivered(parts))
            compared = Compared()
            for viewer in viewers:
                compared += Compared.of(await _read(parts, viewer), await parts.delivery.pull.ids(viewer.key, LAST, _count()))
        written = (await size(parts.graph))[2] - before[2]
    return _figures(loads, compared, written)


def programs(threshold: int) -> Mapping[str, Program]:
    """Return the programs that are measured. A worker with a threshold of its own would settle those who are pulled."""
    environ = {"ROOKERY_PUSH_BELOW": str(threshold)}
    return {"web": replace(PRODUCT, environ=environ), "worker": module("bench.worker_program", **environ)}


async def _authors(parts: Parts, viewers: Sequence[Person]) -> list[Person]:
    """Return people whom the viewers follow."""
    followed = [(await parts.delivery.pull.timeline(viewer.key, 1))[1] for viewer in viewers]
    first_ones = dict.fromkeys(key for each in zip(*(sorted(one) for one in followed), strict=False) for key in each)
    return await people_by_key(parts.graph, list(first_ones)[:AUTHORS])


async def _threshold(parts: Parts, authors: Sequence[Person]) -> int:
    """Return the number of followers that a third of the authors have."""
    counts = sorted([len(await follower_keys(parts, author.key)) for author in authors])
    return max(1, counts[len(counts) * 2 // 3])


async def _loads(
    parts: Parts, port: int, viewers: Sequence[Person], authors: Sequence[Person], seconds: float
) -> dict[str, Load]:
    def request(person: Person, document: str, **variables: str) -> Request:
        return Request(document, headers_of(parts, person), variables)

    reads = [request(viewer, DOCUMENT) for viewer in viewers]
    writes = [request(author, WRITE, text="A post.") for author in authors]
    for each in (*reads, writes[0], writes[-1]):
        await asyncio.to_thread(ask, port, each)
    rounds = ceil(seconds / TURN)
    sides = ("quiet", "mixed")
    return await measure_load(
        dict.fromkeys(sides, port),
        dict.fromkeys(sides, reads),
        writes={"mixed": writes},
        connections=CONNECTIONS,
        turn=seconds / rounds,
        rounds=rounds,
        apart=True,
    )


async def _read(parts: Parts, viewer: Person) -> list[str]:
    """Return the ids of the first pages that a viewer reads."""
    ids: list[str] = []
    after = None
    for _ in range(DEPTH):
        reader = parts.services.feeds.reader(ReaderIds(viewer.id, viewer.key))
        page = await pipeline.page(reader, home(reader), Window(FIRST_MAX, after))
        ids += [edge.node.id for edge in page.edges]
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            break
    return ids


def _count() -> int:
    return DEPTH * FIRST_MAX


def _figures(loads: dict[str, Load], compared: Compared, written: int) -> list[Figure]:
    quiet, mixed = loads["quiet"], loads["mixed"]
    return [
        Figure("p99 of reads beside the quiet server's", mixed.quantile(0.99) / quiet.quantile(0.99), "times", at_most(TIMES)),
        Figure("posts that pages lack", compared.lost, "posts", exactly(0)),
        Figure("posts that only pages have", compared.extra, "posts", exactly(0)),
        Figure("posts that come twice", compared.repeated, "posts", exactly(0)),
        Figure("posts out of their place", compared.misplaced, "posts", exactly(0)),
        Figure("answered posts that the graph lacks", max(0, len(mixed.write_times) - written), "posts", exactly(0)),
        *quiet.figures("quiet"),
        *mixed.figures("mixed"),
        Figure("posts written", len(mixed.write_times), "posts"),
        *(Figure(f"a post: p{share * 100:.0f}", mixed.write_quantile(share), "ms") for share in (0.5, 0.99)),
    ]
