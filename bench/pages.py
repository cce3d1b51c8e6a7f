"""Pages of the followers of the most followed person: a deep page costs what the first one costs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.figures import Figure, at_most
from bench.ground import Ground
from bench.people import asking, most_followed
from bench.timing import in_turns, quantile
from bench.touched import db_hits
from graph.rows import UserRow
from parts import Parts
from resolvers import people
from resolvers.context import Context
from resolvers.pages import integers_after
from services.accounts.viewer import Viewer
from services.timelines.fan_out import NEWEST

SIZE = 20
DEEP = 100
"""The page that is compared with the first, or the last one that is full."""
TIMES = 20
"""Measured times a round."""
NOISE = 1.2
HITS = 100
COUNT_HITS = 25
"""Three degrees, a look-up, and what the columns cost."""


async def measure(ground: Ground) -> list[Figure]:
    """Time the resolver on both pages in turns, and count what the queries touch."""
    async with ground.parts() as parts:
        id_, _, followers = await most_followed(parts.graph)
        person = UserRow.of((await parts.graph.read("users/by_id", ids=[id_]))[0])
        number = max(min(DEEP, followers // SIZE), 1)
        deep = await _cursor_before(parts, person, number)

        async def first_page(_: int) -> object:
            return await people.followers(_context(parts), person, SIZE, None)

        async def deep_page(_: int) -> object:
            return await people.followers(_context(parts), person, SIZE, deep)

        times = await in_turns({"first": first_page, "deep": deep_page}, range(TIMES), ground.pace.rounds)
        figures = await _touched(parts, person, deep, number, followers)
    return [
        Figure(
            f"p50 of page {number} beside page 1",
            quantile(times["deep"], 0.5) / quantile(times["first"], 0.5),
            "times",
            at_most(NOISE),
        ),
        Figure("page 1: p50", quantile(times["first"], 0.5), "ms"),
        Figure(f"page {number}: p50", quantile(times["deep"], 0.5), "ms"),
        *figures,
    ]


async def _touched(parts: Parts, person: UserRow, deep: str | None, number: int, followers: int) -> list[Figure]:
    """Count db hits: of both pages, of the counts, and of the form that one writes first."""
    driver, catalogue = parts.graph.driver, parts.graph.catalogue
    expanded = asking(parts.graph).catalogue["raw/followers_expanded"].text

    async def hits(after: str | None) -> int:
        at, other = integers_after(after, (NEWEST, NEWEST))
        params: Mapping[str, Any] = {"key": person.key, "at": at, "other": other, "limit": SIZE + 1}
        return await db_hits(driver, catalogue["follows/followers"].text, params)

    skipped = {"key": person.key, "skip": (number - 1) * SIZE, "limit": SIZE + 1}
    return [
        Figure("page 1: db hits", await hits(None), "db hits", at_most(HITS)),
        Figure(f"page {number}: db hits", await hits(deep), "db hits", at_most(HITS)),
        Figure(f"page {number} by expanding and sorting: db hits", await db_hits(driver, expanded, skipped), "db hits"),
        Figure(
            f"counts of a person with {followers:,} followers: db hits",
            await db_hits(driver, catalogue["users/counts"].text, {"ids": [person.id]}),
            "db hits",
            at_most(COUNT_HITS),
        ),
    ]


async def _cursor_before(parts: Parts, person: UserRow, number: int) -> str | None:
    """Walk to the end of the page before this one."""
    cursor = None
    for _ in range(number - 1):
        cursor = (await people.followers(_context(parts), person, SIZE, cursor)).page_info.end_cursor
    return cursor


def _context(parts: Parts) -> Context:
    viewer = Viewer("00000000-0000-7000-8000-000000000000", 1, "", datetime.now(UTC) + timedelta(hours=1))
    return Context(parts.services, viewer, "")
