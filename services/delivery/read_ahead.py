"""Followers that were read and not pushed to yet: they are read in blocks, and pushed to in smaller chunks."""

import time
from dataclasses import dataclass, field

from services.delivery.followers import Chunk, Followers, Place

CHUNKS_READ = 4
"""Chunks that are read at once. A statement alone costs the graph as much as 1,500 followers, so few large reads are cheap; small
pushes let other clients of Redis come in between."""
CACHED = 500_000
"""Followers that are cached at most: 8 MB."""
FRESH = 10.0
"""Seconds for which they are used. Most tasks that are not done have their next turn within a second."""


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
        """Cache followers from a place on for the next turn of a post, unless there are many already.

        Tasks take turns in a circle: if the oldest had to go, each would go before its turn comes.
        """
        self._cached.pop((post, place), None)
        if self._held() + len(chunk.keys) > CACHED:
            self._forget_old()
        if self._held() + len(chunk.keys) <= CACHED:
            self._cached[post, place] = (time.monotonic() + FRESH, chunk)

    def _held(self) -> int:
        return sum(len(chunk.keys) for _, chunk in self._cached.values())

    def _forget_old(self) -> None:
        now = time.monotonic()
        for key in [key for key, (until, _) in self._cached.items() if until <= now]:
            del self._cached[key]
