"""The audit of cached timelines: the pull statement is the truth, and what differs from it without a reason is drift."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from clock import now_ms
from graph.driver import Graph
from graph.ids import milliseconds_of
from graph.rows.posts import Delivery
from keyspace.client import Keyspace
from keyspace.event_stream import EventStream
from keyspace.fan_out_plans import stored_plans
from keyspace.home_lists import HomeLists, home_lists
from services.delivery.drift import Drift, Truth, compared
from services.delivery.pull import Pull
from services.delivery.runner import GROUP

GRACE = 10_000
"""Milliseconds for which a new post may be on its way."""


@dataclass(frozen=True, slots=True)
class TimelineAudit:
    """Compares one timeline at a time. `cap` is that of timelines; plans of posts are retained for `plan_life`.

    For `grace` milliseconds a new post may be on its way.

    Methods raise Unavailable while Redis or the graph does not answer.
    """

    graph: Graph
    keyspace: Keyspace
    pull: Pull
    cap: int
    plan_life: timedelta
    grace: int = GRACE

    async def lists(self, viewer: int) -> HomeLists | None:
        """Return the lists of a viewer, None where their pages come from the graph at present."""
        return await home_lists(self.keyspace, viewer)

    async def look(self, viewer: int) -> Drift | None:
        """Return how the cached timeline of a viewer differs from the graph, None where there is none.

        No drift are the ids of deleted posts and of authors whom the viewer follows no longer, which no page shows, posts that
        are on their way, and those of authors whose recent posts the next reader builds. A change between the reading of Redis
        and of the graph looks like drift: look again.
        """
        lists = await self.lists(viewer)
        if lists is None:
            return None
        ids, followed = await self.pull.timeline(viewer, self.cap)
        drift = compared(lists, Truth(ids, frozenset(followed), self.cap))
        if not (drift.missing or drift.extra):
            return drift
        found = await self._posts([*drift.missing, *drift.extra])
        shown = {viewer, *followed}
        hidden = [id_ for id_ in drift.extra if id_ in found and (found[id_].deleted or found[id_].author not in shown)]
        late = await self._on_the_way([id_ for id_ in drift.missing if self._is_due(id_)], found)
        young = [id_ for id_ in (*drift.missing, *drift.extra) if not self._is_due(id_)]
        unbuilt = [id_ for id_ in drift.missing if id_ in found and found[id_].author in lists.absent]
        return drift.without([*late, *young, *unbuilt], [*hidden, *young])

    async def _posts(self, ids: Collection[str]) -> "dict[str, _Post]":
        rows = await self.graph.read("delivery/drifted_posts", ids=list(ids))
        return {id_: _Post(author, deleted, Delivery(delivery)) for id_, author, deleted, delivery in rows}

    async def _on_the_way(self, ids: Collection[str], found: "dict[str, _Post]") -> list[str]:
        """Return those that are still being pushed, and those whose event may still wait.

        A pulled post is among the recent posts of its author from its event on, whatever waits in the queue.
        """
        plans = dict(zip(ids, await stored_plans(self.keyspace, list(ids)), strict=True)) if ids else {}
        pushing = [
            id_
            for id_, plan in plans.items()
            if plan and not plan.keys() & {"done", "failed"} and id_ in found and found[id_].delivery is Delivery.PUSH
        ]
        unplanned = [id_ for id_, plan in plans.items() if not plan and self._may_have_plan(id_)]
        return [*pushing, *(unplanned if unplanned and await self._events_wait() else ())]

    def _is_due(self, id_: str) -> bool:
        return milliseconds_of(id_) <= now_ms() - self.grace

    def _may_have_plan(self, id_: str) -> bool:
        return now_ms() - milliseconds_of(id_) < self.plan_life / timedelta(milliseconds=1)

    async def _events_wait(self) -> bool:
        if await self.graph.read("outbox/depth"):
            return True
        backlog = (await EventStream(self.keyspace).backlogs()).get(GROUP)
        return backlog is not None and backlog.pending + backlog.lag > 0


@dataclass(frozen=True, slots=True)
class _Post:
    """What the graph knows of a post."""

    author: int
    deleted: bool
    delivery: Delivery
