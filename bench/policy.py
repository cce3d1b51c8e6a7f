"""What the policy adds to a warm home page: the same operation with it and without it, in turns."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.figures import Figure, at_most, exactly
from bench.people import Person, random_people, spread
from bench.round_trips import RoundTrips
from bench.testbed import Testbed
from bench.timing import quantile, time_in_turns
from bench.unguarded import UnguardedLoaders, without_relationships
from execution.executor import CompiledExecutor
from graph.ids import LAST
from keyspace.row_cache import RowCache
from parts import Parts
from resolvers.context import Context
from schema.build import build_schema
from schema.scalars import COLUMN_SCALARS
from services.accounts.viewer import Viewer
from services.policy.checks import UserCheck
from services.policy.rules import may_see_post, may_see_user
from web.documents import Documents, Operation, pick_operation
from web.execution import CoreExecutor, Outcome, core_schema
from web.limits import Limits
from web.requests import GraphQLRequest

DOCUMENT = (Path(__file__).parent / "documents/home.graphql").read_text("utf-8")
FOLLOWING = 8
"""Whoever follows so many has a full page."""
PAGE = 20
CANDIDATES = 1_500
SHARE = 10
"""Per cent of the page that the policy adds at most."""
ADDED_MS = 0.3
REDIS_TRIPS = 1
"""Round trips of a warm page: its ids and all that it shows at once."""
TIMES = 4
"""Rounds for each one of the run length, because the difference is small. Even, so that each side is first equally often."""
CHECKS = 2_000
"""Times that the rows of a page are checked to time one check."""
F = TypeVar("F", bound=UserCheck)


async def measure(testbed: Testbed) -> list[Figure]:
    """Run the page of each viewer with the policy and without it, in this process, in turns."""
    async with testbed.parts() as parts:
        pages = _pages(parts, RoundTrips.of(parts))
        viewers = await _viewers(parts, pages, testbed.run_length.sample)
        sides = {"with": pages.guarded, "without": pages.unguarded}
        times = await time_in_turns(sides, viewers, TIMES * testbed.run_length.rounds)
        checks = await _checks(pages, viewers[-1])
        trips = [await pages.round_trips.count(_asked(act, viewers[-1])) for act in (pages.guarded, pages.unguarded)]
    return [*_added(times["with"], times["without"]), *_round_trips(*trips), *checks]


@dataclass(frozen=True, slots=True)
class _Pages:
    """The page, run as the product runs it, and with loaders that return everything."""

    parts: Parts
    round_trips: RoundTrips
    executor: CompiledExecutor[Operation, Outcome]
    operation: Operation
    bare: RowCache

    async def guarded(self, viewer: Viewer) -> Outcome:
        """Run it as it is."""
        return await self.executor.execute(self.operation, self.context(viewer))

    async def unguarded(self, viewer: Viewer) -> Outcome:
        """Run it without the policy."""
        context = self.context(viewer)
        context.loaders = UnguardedLoaders(context.graph, self.bare, (viewer.id, viewer.key))
        return await self.executor.execute(self.operation, context)

    def context(self, viewer: Viewer) -> Context:
        """Begin an operation."""
        return Context(self.parts.services, viewer, "")


def _pages(parts: Parts, round_trips: RoundTrips) -> _Pages:
    schema = build_schema()
    executor = CompiledExecutor[Operation, Outcome](
        core_schema(schema), CoreExecutor(schema), Outcome, compile_after=1, column_scalars=COLUMN_SCALARS
    )
    parsed = Documents(core_schema(schema), Limits()).get(DOCUMENT)
    operation = pick_operation(parsed, GraphQLRequest(DOCUMENT, None, {}, None))
    cache = parts.services.cache
    return _Pages(parts, round_trips, executor, operation, replace(cache, keyspace=without_relationships(cache.keyspace)))


async def _viewers(parts: Parts, pages: _Pages, count: int) -> list[Viewer]:
    """Choose people with full pages, and cache all that they see.

    Raises:
        RuntimeError: the page without the policy is another one, or not of as many posts.

    """
    people = sorted(await random_people(parts.graph, CANDIDATES), key=lambda user: user.following)
    viewers = [_viewer(user) for user in spread([one for one in people if one.following >= FOLLOWING], count)]
    for viewer in viewers:
        await pages.guarded(viewer)
        guarded, unguarded = await pages.guarded(viewer), await pages.unguarded(viewer)
        if guarded.json is None or guarded.json != unguarded.json or guarded.json.count(b'"createdAt"') != PAGE:
            raise RuntimeError(f"the pages of {viewer.id} differ, or are not full: {guarded}, {unguarded}")
    return viewers


def _viewer(user: Person) -> Viewer:
    return Viewer(user.id, user.key, datetime.now(UTC) + timedelta(hours=1))


def _asked(act: Callable[[Viewer], Awaitable[Outcome]], viewer: Viewer) -> Callable[[], Awaitable[Outcome]]:
    return lambda: act(viewer)


def _added(guarded: Sequence[float], unguarded: Sequence[float]) -> list[Figure]:
    """Compare pages of the same viewer, which were run one right after the other."""
    added = median(one - other for one, other in zip(guarded, unguarded, strict=True))
    bare = quantile(unguarded, 0.5)
    return [
        Figure("the policy's part of a warm page beside the rest, p50", added / bare * 100, "%", at_most(SHARE)),
        Figure("what the policy adds to a warm page, p50", added, "ms", at_most(ADDED_MS)),
        Figure("a warm page: p50", quantile(guarded, 0.5), "ms"),
        Figure("a warm page without the policy: p50", bare, "ms"),
    ]


def _round_trips(guarded: tuple[int, int], unguarded: tuple[int, int]) -> list[Figure]:
    return [
        Figure("a warm page: Neo4j", guarded[0], "statements", exactly(unguarded[0])),
        Figure("a warm page: Redis", guarded[1], "round trips", exactly(REDIS_TRIPS)),
        Figure("a warm page without the policy: Neo4j", unguarded[0], "statements", exactly(0)),
        Figure("a warm page without the policy: Redis", unguarded[1], "round trips", exactly(REDIS_TRIPS)),
    ]


async def _checks(pages: _Pages, viewer: Viewer) -> list[Figure]:
    """Time the rules alone, over the checks of a page that are at hand."""
    context = pages.context(viewer)
    ids = await pages.parts.services.feeds.pull.ids(viewer.key, LAST, PAGE)
    await context.loaders.hydrate(ids)
    posts = await context.loaders.posts.checks(ids)
    people = await context.loaders.visible_users.checks([of.user.id for of in posts])
    return [
        Figure("a check of a post", _microseconds(may_see_post.holds, posts), "µs"),
        Figure("a check of a person", _microseconds(may_see_user.holds, people), "µs"),
    ]


def _microseconds(check: Callable[[F], bool], checks: Sequence[F]) -> float:
    began = time.perf_counter()
    for _ in range(CHECKS):
        for of in checks:
            check(of)
    return (time.perf_counter() - began) / (CHECKS * len(checks)) * 1_000_000
