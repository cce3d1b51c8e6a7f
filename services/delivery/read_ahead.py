"""Followers that were read and not pushed to yet: they are read in blocks, and pushed to in smaller chunks."""

import time
from dataclasses import dataclass, field
from itertools import takewhile

from services.delivery.followers import Chunk, Followers, Place

CHUNKS_READ = 4
"""Chunks that are read at once. A statement alone costs the graph as much as 1,500 followers, so few large reads are cheap; small
pushes let other clients of Redis come in between."""
CACHED = 500_000
"""Followers that are cached at most: 8 MB."""
FRESH = 10.0
"""Seconds for which they are used. Most tasks that are not done have their next turn within a second."""


@dataclass(slots=True)
class ReadAhead:
    """Reads the followers of an author for the tasks of this process, `size` at once.

    What a turn has read and not used is cached for the next, also from the handler of an event for the task that it makes.
    Another worker that has the next turn reads for itself. Who follows meanwhile gets the post by the follow; who unfollows
    meanwhile gets an id that the rules hide.
    """

    followers: Followers
    size: int
    _cached: dict[tuple[str, Place], tuple[float, Chunk]] = field(default_factory=dict)
    """In the order in which they end."""
    _held: int = 0
    """Followers that are cached."""

    async def read(self, post: str, author: int, place: Place, *, removed: bool = False) -> Chunk:
        """Return the followers of the author from a place on: those that are cached, else a block.

        For a post that is `removed`, what was cached before its deletion is not used.

        Raises:
            Unavailable: the graph is away.

        """
        until, chunk = self._take(post, place)
        if chunk is not None and time.monotonic() < until and (chunk.deleted or not removed):
            return chunk
        return await self.followers.chunk(post, author, place, self.size)

    def put(self, post: str, place: Place, chunk: Chunk) -> None:
        """Cache followers from a place on for the next turn of a post, unless there are many already.

        Tasks take turns in a circle: if the oldest had to go, each would go before its turn comes.
        """
        self._take(post, place)
        now = time.monotonic()
        for ended in [*takewhile(lambda key: self._cached[key][0] <= now, self._cached)]:
            self._take(*ended)
        if self._held + len(chunk.keys) <= CACHED:
            self._cached[post, place] = (now + FRESH, chunk)
            self._held += len(chunk.keys)

    def _take(self, post: str, place: Place) -> tuple[float, Chunk | None]:
        """Remove followers, and return until when they are used, if they are cached."""
        found = self._cached.pop((post, place), None)
        if found is None:
            return 0.0, None
        self._held -= len(found[1].keys)
        return found
