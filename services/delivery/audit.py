"""The audit of one cached timeline: the pull statement is the truth, and what differs from it without a reason is drift."""

import asyncio
from dataclasses import dataclass

from graph.ids import LAST
from keyspace.client import Keyspace
from keyspace.home_lists import HomeLists, home_lists
from services.delivery.drift import Drift, Truth, compared
from services.delivery.drift_reasons import DriftReasons
from services.delivery.pull import Pull


@dataclass(frozen=True, slots=True)
class TimelineAudit:
    """Compares a timeline with the graph. `cap` is that of timelines.

    Methods raise Unavailable while Redis or the graph does not answer.
    """

    keyspace: Keyspace
    pull: Pull
    reasons: DriftReasons
    cap: int

    async def lists(self, viewer: int) -> HomeLists | None:
        """Return the lists of a viewer, None where their pages come from the graph at present."""
        return await home_lists(self.keyspace, viewer)

    async def look(self, viewer: int) -> Drift | None:
        """Return how the cached timeline of a viewer differs from the graph, None where there is none.

        No drift are the ids of deleted posts and of authors whom the viewer follows no longer, which no page shows, what is on
        its way, and the posts of authors whose recent posts the next reader builds. A change between the reading of Redis and of
        the graph looks like drift: look again.
        """
        lists = await self.lists(viewer)
        if lists is None:
            return None
        # Not by the statement that fills the lists: what it gets wrong would be wrong on both sides.
        ids, followed = await asyncio.gather(self.pull.ids(viewer, LAST, self.cap), self.pull.followed(viewer))
        truth = Truth(ids, frozenset(followed), self.cap)
        drift = compared(lists, truth)
        return await self.reasons.unexplained(viewer, drift, truth.followed, lists.absent) if drift else drift
