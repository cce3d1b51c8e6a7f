"""The skeleton of a home timeline: ids from the cached list, and from the graph where the list ends or is missing."""

from contextlib import suppress
from dataclasses import dataclass

from errors import Unavailable
from graph.ids import LAST
from services.delivery.cached import CachedTimelines, Read, Slice
from services.delivery.pull import Pull


@dataclass(frozen=True, slots=True)
class HomeSkeleton:
    """Ids of a home timeline, wherever they are."""

    cached: CachedTimelines
    pull: Pull

    async def __call__(self, viewer: int, below: str, count: int, read: Read | None = None) -> Slice:
        """Give `count` ids below one, fewer only at the end. `read` may bring along what is to be done with them.

        Warm it is one round trip to Redis. A reader who begins at the newest and finds no list builds it, unless somebody
        else does or Redis is down: then this page comes from the graph.

        Raises:
            Unavailable: the list does not have it all, and the graph cannot be reached.

        """
        found = await self._listed(viewer, below, count, read) or Slice([], ended=False)
        if found.ended or len(found.ids) >= count:
            return found
        last = found.ids[-1] if found.ids else below
        limit = count - len(found.ids)
        older = await self.pull.ids(viewer, last, limit)
        return Slice([*found.ids, *older], len(older) < limit)

    async def _listed(self, viewer: int, below: str, count: int, read: Read | None) -> Slice | None:
        """Give what the list has of it, once built if need be; None where there is no list."""
        try:
            found = await self.cached.page(viewer, below, count, read)
            token = await self.cached.begin(viewer) if found is None and below == LAST else None
        except Unavailable:
            return None
        return found if token is None else await self._build(viewer, token, count)

    async def _build(self, viewer: int, token: str, count: int) -> Slice:
        cap = self.cached.cap
        try:
            ids = await self.pull.ids(viewer, LAST, cap)
        except BaseException:
            with suppress(Unavailable):
                await self.cached.abandon(viewer, token)
            raise
        with suppress(Unavailable):  # the page is right without it, and the next reader builds again
            await self.cached.finish(viewer, token, ids)
        return Slice(ids[:count], len(ids) < cap and len(ids) <= count)
