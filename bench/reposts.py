"""The warm home page of 20 posts of which half stand there by reposts, beside one without reposts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.made_people import add_follows, make_people
from bench.testbed import Testbed
from bench.two_homes import PAGE, READERS, TwoHomes
from parts import Parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

DOCUMENT = (Path(__file__).parent / "documents/home_with_reposts.graphql").read_text("utf-8")
WITH, WITHOUT = "with reposts", "without reposts"
REPOSTED = PAGE // 2
"""Posts of a page with reposts that stand there by one, each of another person."""
TIMES = 1.1
"""Most answers a second without reposts for one with them."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Put one process under load by readers of both kinds, in turns."""
    return await TwoHomes(DOCUMENT, (WITH, WITHOUT), _readers, _is_right, TIMES).measure(testbed)


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


def _is_right(name: str, edges: Sequence[Any]) -> bool:
    return [edge["repost"] is not None for edge in edges] == [name == WITH] * REPOSTED + [False] * (PAGE - REPOSTED)
