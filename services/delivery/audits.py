"""Audits of a sample of cached timelines: finds drift, confirms it, and repairs it."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from graph.driver import Graph
from keyspace.activity import SHARD, Activity
from services.delivery.audit import TimelineAudit
from services.delivery.building import TimelineBuilder
from services.delivery.drift import Drift
from services.delivery.pulled import PulledAuthors
from services.delivery.recent import RecentPosts

CONFIRM_AFTER = 2.0
"""Seconds between the first look at a timeline and the second: what is gone by then was a change on its way."""
DRAWN = 4
"""Readers that are drawn for each timeline of a sample: some have none any more."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Audited:
    """A timeline that drifted, by the key of its viewer, and whether it is right by now."""

    viewer: int
    drift: Drift
    repaired: bool


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found among so many timelines."""

    timelines: int
    drifted: Sequence[Audited]

    @property
    def sizes(self) -> Mapping[str, int]:
        """How much drift there is of each kind."""
        return {kind: sum(each.drift.sizes[kind] for each in self.drifted) for kind in Drift().sizes}


@dataclass(frozen=True, slots=True)
class Audits:
    """Audits of samples; `pause` is in seconds. Methods raise Unavailable while Redis or the graph does not answer."""

    graph: Graph
    audit: TimelineAudit
    activity: Activity
    builder: TimelineBuilder
    recent: RecentPosts
    pulled: PulledAuthors
    pause: float = CONFIRM_AFTER

    async def run(self, sample: int, *, repair: bool) -> AuditReport:
        """Audit up to so many timelines of people who have read lately."""
        suspects: dict[int, Drift] = {}
        looked_at = 0
        for viewer in await self._drawn(DRAWN * sample):
            drift = await self.audit.look(viewer)
            looked_at += drift is not None
            if drift:
                suspects[viewer] = drift
            if looked_at == sample:
                break
        confirmed = await self._confirmed(suspects)
        if confirmed and repair:
            await self.pulled.complete()
        drifted = [Audited(viewer, drift, repair and await self._repair(viewer)) for viewer, drift in confirmed.items()]
        for each in drifted:
            log.warning("timeline_drift", viewer=each.viewer, repaired=each.repaired, **each.drift.sizes)
        return AuditReport(looked_at, drifted)

    async def _drawn(self, size: int) -> list[int]:
        """Return up to so many people who have read while their timelines live, at random."""
        last = await self.graph.read("users/last_key") or 0
        numbers = [*range(last // SHARD + 1)]
        random.shuffle(numbers)
        drawn: list[int] = []
        for number in numbers:
            if len(drawn) == size:
                break
            minutes = (await self.activity.shards([number]))[number]
            readers = [number * SHARD + place for place, minute in enumerate(minutes) if minute]
            drawn += random.sample(readers, min(len(readers), size - len(drawn)))
        return drawn

    async def _confirmed(self, suspects: Mapping[int, Drift]) -> Mapping[int, Drift]:
        """Look again after a pause, and return what both looks found."""
        if not suspects:
            return {}
        await asyncio.sleep(self.pause)
        both = {viewer: drift & (await self.audit.look(viewer) or Drift()) for viewer, drift in suspects.items()}
        return {viewer: drift for viewer, drift in both.items() if drift}

    async def _repair(self, viewer: int) -> bool:
        """Build anew what a timeline is merged of, and return whether it was seen to be right."""
        lists = await self.audit.lists(viewer)
        await self.builder.rebuild(viewer)
        if lists is not None:
            await self.recent.rebuild([*lists.recent])
        drift = await self.audit.look(viewer)
        if drift is None and await self.builder.build(viewer):  # it was not put in place
            drift = await self.audit.look(viewer)
        return drift is not None and (not drift or await self._is_gone(viewer, drift))

    async def _is_gone(self, viewer: int, drift: Drift) -> bool:
        """Look again after a pause, and return whether nothing is left of a drift."""
        await asyncio.sleep(self.pause)
        again = await self.audit.look(viewer)
        return again is not None and not drift & again
