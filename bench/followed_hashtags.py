"""The warm home page of 20 posts of which half stand there by five followed hashtags, beside one of authors alone."""

import asyncio
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

DOCUMENT = (Path(__file__).parent / "documents/home_with_hashtags.graphql").read_text("utf-8")
WITH, WITHOUT = "with five hashtags", "without hashtags"
HASHTAGS = [f"benchmark{each}" for each in "abcde"]
TAGGED = PAGE // 2
"""Posts of a page with hashtags that stand there by one of them, each of another stranger."""
TIMES = 1.2
"""Most answers a second without hashtags for one with them."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Put one process under load by readers of both kinds, in turns."""
    return await TwoHomes(DOCUMENT, (WITH, WITHOUT), _readers, _is_right, TIMES).measure(testbed)


async def _readers(parts: Parts) -> Mapping[str, Sequence[Viewer]]:
    """Make people, and return the readers: of all authors, and of half of them and of the hashtags of the others."""
    graph, services = parts.graph, parts.services
    authors = await make_people(graph, PAGE)
    for at, author in enumerate(authors):
        await services.writing.create(author, Draft(f"A post of a benchmark #{HASHTAGS[at % len(HASHTAGS)]}"))
    readers = {WITH: await make_people(graph, READERS), WITHOUT: await make_people(graph, READERS)}
    followed = {WITH: authors[TAGGED:], WITHOUT: authors}
    for name, some in readers.items():
        await add_follows(graph, [each.key for each in some], [each.key for each in followed[name]])
    for reader in readers[WITH]:
        await asyncio.gather(*(services.hashtag_follows.follow(reader, name) for name in HASHTAGS))
    return readers


def _is_right(name: str, edges: Sequence[Any]) -> bool:
    return [bool(edge["hashtags"]) for edge in edges] == [False] * (PAGE - TAGGED) + [name == WITH] * TAGGED
