"""The warm home page of 20 posts of which half stand there by reposts, beside one without reposts."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.figures import Figure, at_most
from bench.load import Request, ask, measure_load
from bench.made_people import add_follows, make_people
from bench.people import headers_of
from bench.served import PRODUCT, served
from bench.testbed import Testbed
from parts import Parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

DOCUMENT = (Path(__file__).parent / "documents/home_with_reposts.graphql").read_text("utf-8")
WITH, WITHOUT = "with reposts", "without reposts"
PAGE = 20
"""Posts of a page, each of another author."""
REPOSTED = PAGE // 2
"""Posts of a page with reposts that stand there by one, each of another person."""
READERS = 16
"""People who read each kind of page, in turn."""
CONNECTIONS = 8
TIMES = 1.1
"""Most answers a second without reposts for one with them."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Put one process under load by readers of both kinds, in turns."""
    async with testbed.parts() as parts:
        readers = await _readers(parts)
        requests = {name: [Request(DOCUMENT, headers_of(parts, each)) for each in some] for name, some in readers.items()}
        with served(testbed, {WITH: PRODUCT}, one_core=True) as ports:
            both = dict.fromkeys((WITH, WITHOUT), ports[WITH])
            await asyncio.to_thread(_check, ports[WITH], requests)
            length = testbed.run_length
            loads = await measure_load(
                both, requests, turn=length.turn, rounds=length.rounds, apart=True, connections=CONNECTIONS
            )
    beside = loads[WITHOUT].beside(loads[WITH])
    ratio = Figure.of_turns("answers a second without reposts beside those with them", beside, "times", at_most(TIMES))
    return [ratio, *(figure for name, load in loads.items() for figure in load.figures(name))]


async def _readers(parts: Parts) -> Mapping[str, Sequence[Viewer]]:
    """Make people, and return the readers: of all authors, and of half of them and of those who repost the others."""
    graph, services = parts.graph, parts.services
    authors, senders = await make_people(graph, PAGE), await make_people(graph, REPOSTED)
    posts = [(await services.writing.create(author, Draft("A post of a benchmark"))).id for author in authors]
    for sender, post in zip(senders, posts, strict=False):
        await services.reposting.add(sender, post)
    readers = {WITH: await make_people(graph, READERS), WITHOUT: await make_people(graph, READERS)}
    followed = {WITH: [*authors[REPOSTED:], *senders], WITHOUT: authors}
    for name, some in readers.items():
        await add_follows(graph, [each.key for each in some], [each.key for each in followed[name]])
    return readers


def _check(port: int, requests: Mapping[str, Sequence[Request]]) -> None:
    """Check that the pages are what they are taken for."""
    for name, some in requests.items():
        page: object = ask(port, some[0])["homeTimeline"]
        assert isinstance(page, dict)
        reposts = [edge["repost"] is not None for edge in page["edges"]]
        if reposts != [name == WITH] * REPOSTED + [False] * (PAGE - REPOSTED):
            raise RuntimeError(f"not a page {name}: {reposts}")
