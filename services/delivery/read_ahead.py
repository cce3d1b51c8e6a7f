"""Followers that were read and not pushed to yet: they are read in blocks, and pushed to in smaller chunks."""

import time
from dataclasses import dataclass, field

from services.delivery.followers import Chunk, Followers, Place

CHUNKS_READ = 4
"""Chunks that are read at once. A statement alone costs the graph as much as 1,500 followers, so few large reads are cheap; small
pushes let other clients of Redis come in between."""
CACHED = 16
"""Posts of which followers are cached, 10,000 of each at most: 12 MB."""
FRESH = 10.0
"""Seconds for which they are used. A task that is not done has its next turn within one or two."""


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """Reads the followers of an author for the tasks of this process, `size` at once.

    What a turn has read and not used is cached for the next, also from the handler of an event for the task that it makes.
    Another worker that has the next turn reads for itself. Who follows meanwhile gets the post by the follow; who unfollows
    meanwhile gets an id that the rules hide.
    """

    followers: Followers
    size: int
    _cached: dict[tuple[str, Place], tuple[float, Chunk]] = field(default_factory=dict)

    async def read(self, post: str, author: int, place: Place) -> Chunk:
        """Return the followers of the author from a place on: those that are cached, else a block.

        Raises:
            Unavailable: the graph is away.

        """
        until, chunk = self._cached.pop((post, place), (0.0, None))
        if chunk is not None and time.monotonic() < until:
            return chunk
        return await self.followers.chunk(post, author, place, self.size)

    def put(self, post: str, place: Place, chunk: Chunk) -> None:
        """Cache followers from a place on for the next turn of a post; the oldest go where there are too many."""
        self._cached.pop((post, place), None)
        self._cached[post, place] = (time.monotonic() + FRESH, chunk)
        while len(self._cached) > CACHED:
            del self._cached[next(iter(self._cached))]
