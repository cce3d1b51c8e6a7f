"""Authors with very many followers: createPost costs what it costs for others, pages that merge do as well, and nobody waits."""

from collections.abc import Mapping, Sequence
from functools import partial

from bench.crowded import delays
from bench.feed import DOCUMENT
from bench.figures import Figure, at_most
from bench.load import Request, measure_load
from bench.made_people import add_follows, make_people
from bench.people import headers_of, size
from bench.served import PRODUCT, served
from bench.testbed import Testbed
from bench.timing import quantile, time_in_turns
from feeds import pipeline
from feeds.home import home
from feeds.reader import ReaderIds
from feeds.windows import Window
from graph.ids import LAST
from graph.rows.posts import Delivery
from keyspace import keys
from parts import Parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

FEW, SOME = 100, 10_000
"""Followers of two authors beside the one with a crowd."""
PULLED = 50
"""Authors whom the reader follows and whose posts are not pushed to all."""
FOLLOWED = 7_500
"""People whom a reader follows."""
NOISE = 1.3
"""Most that createPost takes beside that of an author with few followers."""
MERGED = 1.3
"""Most that a merged page takes beside one without pulled authors."""
WRITTEN = 20
"""Posts of each author in a round, and pages of each reader."""
PAGE = 20


async def measure(testbed: Testbed) -> list[Figure]:
    """Write posts of authors with few and with many followers in turns, then read pages with and without pulled authors.

    At last let a worker deliver such posts, all at the same time.
    """
    async with testbed.parts() as parts:
        crowd = testbed.run_length.crowd
        people = [viewer.key for viewer in await make_people(parts.graph, crowd)]
        authors = await _followed_by(parts, people)
        figures = [*await _writing(parts, authors, testbed.run_length.rounds), *await _reading(testbed, parts)]
    async with testbed.parts() as parts:
        return [*figures, *await delays(testbed, parts, authors, people)]


async def _followed_by(parts: Parts, people: Sequence[int]) -> dict[int, Viewer]:
    """Return authors whom a few of these people follow, some, and all, by how many follow them."""
    followers = sorted({min(FEW, len(people)), min(SOME, len(people)), len(people)})
    authors = dict(zip(followers, await make_people(parts.graph, len(followers)), strict=True))
    for number, author in authors.items():
        await add_follows(parts.graph, people[:number], [author.key])
    return authors


async def _writing(parts: Parts, authors: Mapping[int, Viewer], rounds: int) -> list[Figure]:
    followers = sorted(authors)
    sides = {str(number): partial(_write, parts, author) for number, author in authors.items()}
    times = await time_in_turns(sides, range(WRITTEN), rounds)
    p50 = {number: quantile(times[str(number)], 0.5) for number in followers}
    few = followers[0]
    return [
        *(
            Figure(f"createPost with {number:,} followers beside {few}: p50", p50[number] / p50[few], "times", at_most(NOISE))
            for number in followers[1:]
        ),
        *(Figure(f"createPost with {number:,} followers: p50", p50[number], "ms") for number in followers),
    ]


async def _reading(testbed: Testbed, parts: Parts) -> list[Figure]:
    rounds = testbed.run_length.rounds
    people, _, _ = await size(parts.graph)
    known = list(range(1, min(FOLLOWED, people // 2) + 1))
    authors = await make_people(parts.graph, PULLED)
    merging, plain = await make_people(parts.graph, 2)
    await add_follows(parts.graph, [merging.key], [*known[PULLED:], *(author.key for author in authors)])
    await add_follows(parts.graph, [plain.key], known)
    await parts.delivery_controls.pin(threshold=0, mode=Delivery.PULL)
    for author in authors:
        await _write(parts, author, 0)
    await parts.delivery_controls.unpin()
    for reader in (merging, plain):
        for _ in range(2):
            await _check(parts, reader)
    readers = {"merged": merging, "pushed": plain}
    requests = {name: [Request(DOCUMENT, headers_of(parts, reader))] for name, reader in readers.items()}
    with served(testbed, {"product": PRODUCT}, one_core=True) as ports:
        same = dict.fromkeys(requests, ports["product"])
        loads = await measure_load(same, requests, connections=1, turn=testbed.run_length.turn, rounds=rounds, apart=True)
    sides = {"merged": partial(_page, parts, merging), "pushed": partial(_page, parts, plain)}
    times = await time_in_turns(sides, range(WRITTEN), rounds)
    times |= await time_in_turns({"cold": partial(_cold_page, parts, merging)}, range(1), rounds)
    p50 = {name: quantile(each, 0.5) for name, each in times.items()}
    return [
        Figure(
            "a merged page beside a pushed one: p50",
            loads["merged"].quantile(0.5) / loads["pushed"].quantile(0.5),
            "times",
            at_most(MERGED),
        ),
        *(Figure(f"a {name} page: p50", load.quantile(0.5), "ms") for name, load in loads.items()),
        *(Figure(f"a {name} page, without HTTP and GraphQL: p50", p50[name], "ms") for name in sides),
        Figure("a page whose lists must be built, without HTTP and GraphQL: p50", p50["cold"], "ms"),
        Figure("people whom the reader follows", len(known), "people"),
        Figure("pulled authors among them", PULLED, "people"),
    ]


async def _write(parts: Parts, author: Viewer, _: int) -> None:
    await parts.services.writing.create(author, Draft("A post."))


async def _page(parts: Parts, reader: Viewer, _: int) -> Sequence[str]:
    made = parts.services.feeds.reader(ReaderIds(reader.id, reader.key))
    found = await pipeline.page(made, home(made), Window(PAGE))
    return [edge.node.id for edge in found.edges]


async def _cold_page(parts: Parts, reader: Viewer, _: int) -> None:
    await parts.keyspace.command("DEL", keys.timeline(reader.key), keys.followed(reader.key))
    await _page(parts, reader, 0)


async def _check(parts: Parts, reader: Viewer) -> None:
    """Check a page.

    Raises:
        RuntimeError: it is not what the pull query says.

    """
    page, pulled = await _page(parts, reader, 0), await parts.services.feeds.pull.ids(reader.key, LAST, PAGE)
    if list(page) != list(pulled):
        raise RuntimeError(f"the page of {reader.key} is {page} instead of {pulled}")
