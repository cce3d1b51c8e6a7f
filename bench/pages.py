"""Pages of the followers of the most followed person: the first come from Redis, and deep ones cost the same at any depth."""

from collections.abc import Mapping

from bench.figures import Figure, at_most
from bench.people import most_followed, with_bench_statements
from bench.testbed import Testbed
from bench.timing import quantile, time_in_turns
from bench.touched import touched
from feeds import pipeline
from feeds.connection import Connection
from feeds.followers import followers
from feeds.reader import ReaderIds
from feeds.windows import Window
from graph.rows.users import UserRow
from keyspace.list_heads import HEAD_MOST
from parts import Parts
from services.delivery.followers import NEWEST, FollowerIndex

SIZE = 20
BEYOND = HEAD_MOST // SIZE + 1
"""The first page that the head of the list does not hold, so that it is a statement."""
DEEP = 100
"""The page that is compared with it, or the last one that is full."""
TIMES = 20
"""Measured times a round."""
NOISE = 1.2
HITS = 100
COUNT_HITS = 10
"""A lookup and three degrees."""
SEEK = "DirectedRelationshipIndexSeek"


async def measure(testbed: Testbed) -> list[Figure]:
    """Time three pages in turns, and count what the queries touch."""
    async with testbed.parts() as parts:
        id_, _, count = await most_followed(parts.graph)
        user = UserRow.of((await parts.graph.read("users/by_id", ids=[id_]))[0])
        number = max(min(DEEP, count // SIZE), 1)
        second = min(BEYOND, number)
        beyond, deep = [await _cursor_before(parts, user, page) for page in (second, number)]

        async def first_page(_: int) -> object:
            return await _page(parts, user, None)

        async def page_beyond(_: int) -> object:
            return await _page(parts, user, beyond)

        async def deep_page(_: int) -> object:
            return await _page(parts, user, deep)

        pages = {"first": first_page, "beyond": page_beyond, "deep": deep_page}
        times = await time_in_turns(pages, range(TIMES), testbed.run_length.rounds)
        figures = await _touched(parts, user, number, count)
    p50 = {name: quantile(times[name], 0.5) for name in pages}
    return [
        Figure(f"p50 of page {number} beside page {second}", p50["deep"] / p50["beyond"], "times", at_most(NOISE)),
        Figure("page 1, from Redis: p50", p50["first"], "ms"),
        Figure(f"page {second}: p50", p50["beyond"], "ms"),
        Figure(f"page {number}: p50", p50["deep"], "ms"),
        *figures,
    ]


async def _touched(parts: Parts, user: UserRow, number: int, count: int) -> list[Figure]:
    """Count db hits: of both pages, of the counts, and of the form that one writes first.

    Raises:
        RuntimeError: the page does not come from the relationship index.

    """
    driver, catalogue = parts.graph.driver, parts.graph.catalogue
    figures: list[Figure] = []
    for page in (1, number):
        found = await touched(driver, catalogue["follows/followers"].text, await _keyset(parts, user, page))
        if SEEK not in found.operators:
            raise RuntimeError(f"the page of followers does without the relationship index: {found.operators}")
        figures.append(Figure(f"page {page}: db hits", found.hits, "db hits", at_most(HITS)))
    skipped = {"key": user.key, "skip": (number - 1) * SIZE, "limit": SIZE + 1}
    expanded = await touched(driver, with_bench_statements(parts.graph).catalogue["raw/followers_expanded"].text, skipped)
    counts = await touched(driver, catalogue["users/counts"].text, {"ids": [user.id]})
    return [
        *figures,
        Figure(f"page {number} by expanding and sorting: db hits", expanded.hits, "db hits"),
        Figure(f"counts of a person with {count:,} followers", counts.hits, "db hits", at_most(COUNT_HITS)),
    ]


async def _keyset(parts: Parts, user: UserRow, page: int) -> Mapping[str, int]:
    """Return the parameters of a page: where the one before it ends."""
    passed, limit = (page - 1) * SIZE, SIZE + 1
    place = (await FollowerIndex(parts.graph).chunk(user.id, user.key, NEWEST, passed)).next if passed else NEWEST
    assert place is not None  # there are more followers
    return {"key": user.key, **place._asdict(), "limit": limit}


async def _cursor_before(parts: Parts, user: UserRow, number: int) -> str | None:
    """Walk to the end of the page before this one."""
    cursor = None
    for _ in range(number - 1):
        cursor = (await _page(parts, user, cursor)).page_info.end_cursor
    return cursor


async def _page(parts: Parts, user: UserRow, after: str | None) -> Connection[UserRow]:
    reader = parts.services.feeds.reader(ReaderIds("00000000-0000-7000-8000-000000000000", 1))
    return await pipeline.page(reader, followers(reader, user), Window(SIZE, after))
