"""Reading a list upwards where only reading downwards is cheap: down from its beginning, and keeping what is nearest."""

from dataclasses import dataclass, field

from errors import InvalidInput
from feeds.keysets import Keyset, Place
from feeds.paginate import SLICE_MAX, Skeleton, Slice

UPWARDS_MOST = 800
"""Most entries above a place: as many as a cached home timeline holds."""
_FIRST = 50
"""Entries of the first slice: mostly fewer are new. Each slice is twice as long as the one before."""


@dataclass(slots=True)
class Upwards:
    """A skeleton of a list from its end on, made of the one from its beginning. Of one page: it keeps what it has read."""

    keyset: Keyset
    downwards: Skeleton
    _read: Slice | None = field(default=None, init=False)

    async def __call__(self, beyond: Place, limit: int) -> Slice:
        """Return the `limit` entries that are nearest above a place, the nearest first, fewer only at the beginning of the list.

        Raises:
            InvalidInput: there are too many above it.

        """
        if self._read is None:
            self._read = await self._down_to(beyond)
        above = sum(self.keyset.precedes(place, beyond) for place in self._read.places)
        first = max(0, above - limit)
        return Slice(self._read.ids[first:above][::-1], self._read.places[first:above][::-1], ended=first == 0)

    async def _down_to(self, end: Place) -> Slice:
        """Read the list down to a place."""
        ids: list[str] = []
        places: list[Place] = []
        size, start = _FIRST, self.keyset.start
        while True:
            found = await self.downwards(start, size)
            ids += found.ids
            places += found.places
            if found.ended or (places and not self.keyset.precedes(places[-1], end)):
                return Slice(ids, places, ended=True)
            if len(ids) > UPWARDS_MOST:
                text = f"More than {UPWARDS_MOST} items stand above this place: read the list from its beginning."
                raise InvalidInput("before", text)
            if places:
                start = places[-1]
            size = min(2 * size, SLICE_MAX)
