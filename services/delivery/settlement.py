"""Settling pulled authors: pushes what was not pushed to all, so that pages need not merge it any more.

Load and operators make pulled authors of people with few followers. Each costs their readers something at every page. When all is
quiet again, what still could stand in a list is pushed to all, by tasks that go after all others; then the author is a pulled one
no longer. docs/decisions/hybrid-delivery.md says why no page lacks a post meanwhile.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

import structlog

from clock import in_milliseconds, now_ms
from graph.driver import Graph
from graph.ids import id_at
from graph.rows.posts import Delivery
from keyspace.fan_out_plans import stored_plans
from keyspace.fan_out_queue import Backlog, FanOutQueue
from services.delivery.adaptive import QUIET, LoadLimits
from services.delivery.control import DeliveryControls
from services.delivery.followers import NEWEST
from services.delivery.pulled import PulledAuthors
from services.delivery.settlement_metrics import SettlementMetrics
from services.delivery.tasks import SETTLING_PATIENCE, Step
from services.events.backoff import is_outage

CLEARLY_BELOW = 0.8
"""Share of the threshold below which an author is settled: their next post is pushed to all, even if their last one was not."""
LOOKED_AT = 1_000
"""Pulled authors that a turn looks at."""
SETTLED_AT_ONCE = 50
"""Authors that a turn settles: some reads of each."""
TASKS = 200
"""Background tasks that may be open for a turn to begin another: half a minute's work where each has some thousand followers."""
SCANNED = 10
"""Times the cap of timelines that is looked at of an author's posts: what is older than so many others stands in no list."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn did for an author: tasks that it began, whether all was pushed before, and whether something failed."""

    begun: int = 0
    settled: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """Done in turns, by one worker at a time; each goes on where the last one stopped.

    `plan_life` is how long plans are retained: of older posts that were pushed to all it is taken for granted that they were.
    `enqueued` is set when there are new tasks, so that the runner of this process need not look for them.
    """

    controls: DeliveryControls
    pulled: PulledAuthors
    queue: FanOutQueue
    limits: LoadLimits
    plan_life: timedelta
    enqueued: asyncio.Event
    metrics: SettlementMetrics

    async def run(self) -> None:
        """Take a turn, unless fan-out is busy. An author with whom it fails is no longer among those who come first.

        Raises:
            Unavailable: Redis or the graph is away; the next turn goes on.

        """
        backlog = await self.queue.backlog()
        if self._is_busy(backlog):
            return
        free = max(0, TASKS - backlog.background)
        authors, mark = await self._chosen()
        settled: list[int] = []
        failed: list[int] = []
        try:
            for author in authors:
                outcome = await self._settle(author, free)
                free -= outcome.begun
                settled += [author] if outcome.settled else []
                failed += [author] if outcome.failed else []
        finally:
            await self._end(settled, failed, mark)

    def _is_busy(self, backlog: Backlog) -> bool:
        pressure = max(backlog.deliveries / self.limits.backlog, backlog.overdue / self.limits.age)
        return pressure >= QUIET

    async def _chosen(self) -> tuple[Sequence[int], str]:
        """Return authors who are clearly below the threshold in force, those begun with first, and the mark of this turn."""
        threshold, _ = (await self.controls.read()).in_force(self.limits.highest)
        some = await self.pulled.some(LOOKED_AT)
        # Neo4j compares the degree of a node with whole numbers only.
        below = set(await self._graph.read("delivery/below", authors=some, followers=ceil(CLEARLY_BELOW * threshold)))
        chosen = [author for author in some if author in below][:SETTLED_AT_ONCE]
        return chosen, await self.pulled.mark(chosen, set(some) - set(chosen))

    async def _settle(self, author: int, free: int) -> Outcome:
        """Begin what is left to do for an author, up to so many tasks, or note that nothing is.

        Raises:
            Unavailable: Redis or the graph is away. Whatever else fails concerns this author alone.

        """
        try:
            waiting, listed, set_aside = await self._posts(author)
            await self._begin(author, waiting[:free])
            settled = not waiting and await self._noted(author, listed)
        except Exception as error:
            if is_outage(error):
                raise
            log.warning("settling_failed", author=author, error=type(error).__name__)
            return Outcome(failed=True)
        return Outcome(min(free, len(waiting)), settled, set_aside)

    async def _posts(self, author: int) -> tuple[Sequence[str], Sequence[str], bool]:
        """Return the posts of an author that are not in all lists yet, those that are, and whether a task was set aside."""
        rows = await self._graph.read("delivery/to_settle", author=author, **self._bounds) or ()
        plans = await stored_plans(self.queue.keyspace, [id_ for id_, _ in rows])
        stands = {id_: _stands(Delivery(delivery), plan) for (id_, delivery), plan in zip(rows, plans, strict=True)}
        waiting, listed = ([id_ for id_ in stands if stands[id_] is wanted] for wanted in (False, True))
        return waiting, listed, any("failed" in plan for plan in plans)

    async def _end(self, settled: Sequence[int], failed: Sequence[int], mark: str) -> None:
        """Take out those who are settled, and let those who failed come first no more, or they would in each turn."""
        if settled:
            retired = await self.pulled.retire(settled, mark)
            self.metrics.settled.inc(len(retired))
            log.info("pulled_authors_settled", authors=len(retired))
        await self.pulled.give_up(failed)

    async def _noted(self, author: int, settled: Sequence[str]) -> bool:
        """Note in the graph that an author is no pulled one; False where they have written meanwhile."""
        noted = await self.controls.writer.write("delivery/settled", author=author, settled=settled, **self._bounds)
        return noted is not None

    async def _begin(self, author: int, posts: Sequence[str]) -> None:
        """Begin a task for each post, unless it is being pushed already."""
        plan = {"step": Step.SETTLE, "author": author, "offset": 0, **NEWEST._asdict()}
        for post in posts:
            await self.queue.begin(post, "settle", [author], plan, left=0, wait=SETTLING_PATIENCE)
            self.enqueued.set()

    @property
    def _graph(self) -> Graph:
        return self.controls.writer.graph

    @property
    def _bounds(self) -> Mapping[str, Any]:
        """Parameters that say which posts could stand in a list."""
        young = id_at(now_ms() - in_milliseconds(self.plan_life), 0)
        return {"limit": self.queue.cap, "scanned": SCANNED * self.queue.cap, "young": young}


def _stands(delivery: Delivery, plan: Mapping[str, str]) -> bool:
    """Return whether the plan of a post says that all followers have it."""
    if plan.get("step") == Step.REMOVE:
        return False
    return "settled" in plan or (delivery is Delivery.PUSH and "done" in plan)
