"""The recent posts of an author in Redis: one list that all their readers share, newest first, complete down to its last entry.

It is built when a reader needs it, as a home timeline is, and kept as long as it is read. Every new post of its author goes into
it, however it is delivered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace
from services.delivery.cached import entries_of
from services.delivery.list_building import BUILT_MOST, build_absent


@dataclass(frozen=True, slots=True)
class RecentPosts:
    """The lists of all authors.

    `cap` is in entries, `life` in seconds since the last read, and spread, `build_timeout` in seconds.
    """

    graph: Graph
    keyspace: Keyspace
    cap: int
    life: int
    build_timeout: float

    async def rebuild(self, authors: Sequence[int]) -> None:
        """Build the lists of some authors anew; meanwhile pages that need them come from the graph."""
        for start in range(0, len(authors), BUILT_MOST):
            some = authors[start : start + BUILT_MOST]
            await self.keyspace.command("DEL", *keys.recent(some)[::2])
            await self.build(some)

    async def build(self, authors: Sequence[int]) -> None:
        """Build the absent lists of some authors, but for those that somebody else builds.

        Raises:
            Unavailable: Redis or the graph does not answer.

        """
        await build_absent(self, authors, keys.recent, self._read)

    async def _read(self, authors: Sequence[int]) -> Mapping[int, Sequence[bytes]]:
        posts = dict(await self.graph.read("feed/recent", authors=authors, limit=self.cap))
        return {author: entries_of(posts.get(author, ()), self.cap) for author in authors}
