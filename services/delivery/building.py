"""Building cached timelines from the graph, one builder at a time."""

from contextlib import suppress
from dataclasses import dataclass

from errors import Unavailable
from keyspace.activity import Activity
from services.delivery.cached import CachedTimelines
from services.delivery.pull import Pull, PulledTimeline


async def build_timeline(timelines: CachedTimelines, pull: Pull, viewer: int, token: str) -> PulledTimeline:
    """Build a timeline as its one builder, who has the token, and return it, up to the cap. Posts with hashtags have own lists.

    Where Redis fails meanwhile it is right all the same, and the next reader builds.

    Raises:
        Unavailable: the graph does not answer; another may build.

    """
    try:
        built = await pull.timeline(viewer, timelines.cap)
    except BaseException:
        with suppress(Unavailable):
            await timelines.abandon(viewer, token)
        raise
    with suppress(Unavailable):
        await timelines.finish(viewer, token, built.ids, built.followed, follows_hashtags=built.follows_hashtags)
    return built


@dataclass(frozen=True, slots=True)
class TimelineBuilder:
    """Builds timelines that nobody is reading. Methods raise Unavailable while the graph or Redis does not answer."""

    timelines: CachedTimelines
    pull: Pull
    activity: Activity

    async def expect(self, viewer: int) -> None:
        """Note that somebody is about to read what is built, so that it does not count as the list of somebody who is away."""
        await self.activity.note(viewer, self.timelines.life)

    async def build(self, viewer: int) -> bool:
        """Build a timeline that is absent, and return whether it was, and nobody else builds it."""
        return await self._build(viewer, await self.timelines.begin(viewer))

    async def rebuild(self, viewer: int) -> bool:
        """Build a timeline anew, and return whether nobody else does; meanwhile pages come from the graph."""
        return await self._build(viewer, await self.timelines.restart(viewer))

    async def _build(self, viewer: int, token: str | None) -> bool:
        if token is None:
            return False
        await build_timeline(self.timelines, self.pull, viewer, token)
        return True
