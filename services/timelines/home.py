"""The skeleton of a home timeline: ids from the cached list, and from the graph where the list ends or is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from errors import Unavailable
from graph.ids import LAST
from services.timelines.cached import CachedTimelines, Slice
from services.timelines.pull import Pull


@dataclass(frozen=True, slots=True)
class HomeSkeleton:
    """Ids of a home timeline, wherever they are."""

    cached: CachedTimelines
    pull: Pull

    async def __call__(self, viewer: int, below: str, count: int) -> Slice:
        """Give `count` ids below one, fewer only at the end.

        Warm it is one round trip to Redis. A reader that finds no list builds it, unless somebody else does or Redis is
        down: then this page comes from the graph.
        """
        try:
            found = await self.cached.page(viewer, below, count)
            if found is None:
                return await self._build(viewer, count) if below == LAST else await self._pulled(viewer, below, count)
        except Unavailable:
            return await self._pulled(viewer, below, count)
        if found.ended or len(found.ids) >= count:
            return found
        last = found.ids[-1] if found.ids else below
        older = await self._pulled(viewer, last, count - len(found.ids))
        return Slice([*found.ids, *older.ids], older.ended)

    async def _pulled(self, viewer: int, below: str, count: int) -> Slice:
        ids = await self.pull.ids(viewer, below, count)
        return Slice(ids, len(ids) < count)

    async def _build(self, viewer: int, count: int) -> Slice:
        token = await self.cached.begin(viewer)
        if token is None:
            return await self._pulled(viewer, LAST, count)
        ids: Sequence[str] = await self.pull.ids(viewer, LAST, self.cached.cap)
        await self._keep(viewer, token, ids)
        return Slice(ids[:count], len(ids) < self.cached.cap and len(ids) <= count)

    async def _keep(self, viewer: int, token: str, ids: Sequence[str]) -> None:
        try:
            await self.cached.finish(viewer, token, ids)
        except Unavailable:
            return  # the page is right without it, and the next reader builds again
