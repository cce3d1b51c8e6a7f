"""Building somebody's timeline anew because they ask for it."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from keyspace.limits import Allowance, RateLimits
from services.delivery.building import TimelineBuilder

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TimelineRefresh:
    """Rebuilds a timeline, at most `attempts` times of each viewer within a window."""

    builder: TimelineBuilder
    limits: RateLimits
    attempts: int
    window: timedelta

    async def run(self, viewer: int, missing: str | None = None) -> None:
        """Build the timeline of a viewer anew, unless it is being built; `missing` is the post for which they ask, if any.

        Raises:
            RateLimited: the viewer has asked too often.
            Unavailable: Redis or the graph does not answer.

        """
        await self.limits.take(Allowance("refresh", str(viewer), self.attempts, self.window))
        await self.builder.expect(viewer)
        rebuilt = await self.builder.rebuild(viewer)
        log.info("timeline_refreshed", viewer=viewer, missing=missing, rebuilt=rebuilt)
