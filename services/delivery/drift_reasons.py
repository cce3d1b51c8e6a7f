"""What is no drift though a cached timeline differs from the graph by it: what rules hide, and what is on its way."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from clock import now_ms
from graph.driver import Graph
from graph.ids import milliseconds_of
from graph.rows.posts import Delivery
from keyspace.client import Keyspace
from keyspace.event_stream import EventStream
from keyspace.fan_out_plans import stored_plans
from services.delivery.drift import Drift

GRACE = 10_000
"""Milliseconds for which a new post may be on its way."""
GROUPS = ("fan-out", "merge")
"""Groups of events that change cached timelines."""
OUTBOX_READ = 1_000
"""Events of the outbox that are looked at: where there are more, the relay is behind, and something waits."""


@dataclass(frozen=True, slots=True)
class DriftReasons:
    """Asks the graph and Redis why. Plans of posts are retained for `plan_life`; a new post has `grace` milliseconds.

    Whether the event of one post or follow still waits cannot be told. So while any waits, what happened within `plan_life` and
    is not delivered counts as on its way. Methods raise Unavailable while Redis or the graph does not answer.
    """

    graph: Graph
    keyspace: Keyspace
    events: EventStream
    plan_life: timedelta
    grace: int = GRACE

    async def unexplained(
        self, viewer: int, drift: Drift, followed: AbstractSet[int], unbuilt: AbstractSet[int]
    ) -> Drift:
        """Return the drift of a viewer's timeline without what has a reason.

        They follow those whose keys are `followed`; the recent posts of `unbuilt` authors are not cached.
        """
        posts = await self._posts([*drift.missing, *drift.extra])
        young = {id_ for id_ in drift.missing | drift.extra if milliseconds_of(id_) > now_ms() - self.grace}
        hidden = {id_ for id_, post in posts.items() if post.gone or post.author not in followed | {viewer}}
        waiting, pushing = await self._without_plan_and_pushing(drift.missing - young, posts)
        authors = {key for id_ in drift.missing - young if id_ in posts and (key := posts[id_].author) is not None}
        new = await self._new_follows(viewer, drift.unnoted | authors)
        if not ((waiting or new) and await self._events_wait()):
            waiting, new = set(), {}
        # What was written before a follow comes with it, and all of a pulled author who is not noted yet.
        late = {
            id_
            for id_, post in posts.items()
            if post.author is not None
            and (
                post.author in unbuilt
                or milliseconds_of(id_) <= new.get(post.author, 0)
                or post.author in drift.unnoted & new.keys()
            )
        }
        return Drift(
            drift.missing - young - pushing - waiting - late,
            drift.extra - young - hidden,
            drift.misplaced,
            drift.unnoted - new.keys(),
        )

    async def _posts(self, ids: Collection[str]) -> "Mapping[str, _Post]":
        rows = await self.graph.read("delivery/drifted_posts", ids=list(ids)) if ids else ()
        return {id_: _Post(author, gone, Delivery(delivery) if delivery else None) for id_, author, gone, delivery in rows}

    async def _without_plan_and_pushing(
        self, ids: AbstractSet[str], posts: "Mapping[str, _Post]"
    ) -> tuple[AbstractSet[str], AbstractSet[str]]:
        """Return those that have no plan and are so new that one is retained, and those that are still being pushed.

        What is not pushed to all is among the recent posts of its author from its event on, whatever waits in the queue.
        """
        plans = dict(zip(ids, await stored_plans(self.keyspace, [*ids]), strict=True))
        unplanned = {id_ for id_, plan in plans.items() if not plan and self._is_recent(milliseconds_of(id_))}
        open_ = {id_ for id_, plan in plans.items() if plan and not plan.keys() & {"done", "failed"}}
        return unplanned, {id_ for id_ in open_ if id_ in posts and posts[id_].delivery is Delivery.PUSH}

    async def _new_follows(self, viewer: int, authors: AbstractSet[int]) -> Mapping[int, int]:
        """Return those of the authors whom the viewer has followed lately, and when."""
        rows = await self.graph.read("delivery/drifted_follows", viewer=viewer, authors=[*authors]) if authors else ()
        return {author: at for author, at in rows if self._is_recent(at)}

    def _is_recent(self, at: int) -> bool:
        return now_ms() - at < self.plan_life / timedelta(milliseconds=1)

    async def _events_wait(self) -> bool:
        """Return whether an event is not on the stream, or not handled.

        The outbox is practically never empty: what couriers append at once stands in it until the relay looks.
        """
        found = await self.graph.read("outbox/oldest", limit=OUTBOX_READ)
        if len(found) == OUTBOX_READ or len(found) > len(await self.events.appended([id_ for id_, *_ in found])):
            return True
        backlogs = await self.events.backlogs()
        return any(backlogs[group].pending + backlogs[group].lag for group in GROUPS if group in backlogs)


@dataclass(frozen=True, slots=True)
class _Post:
    """What the graph knows of a post or repost: of one that is gone perhaps nothing else."""

    author: int | None
    gone: bool
    delivery: Delivery | None
