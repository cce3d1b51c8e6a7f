"""The recent posts of an author in Redis: one list that all their readers share, newest first, complete down to its last entry.

It is built when a reader needs it, as a home timeline is, and kept as long as it is read. Every new post of its author goes into
it, however it is delivered.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from errors import Unavailable
from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.lifetimes import spread
from services.delivery.cached import entries_of

BUILT_MOST = 100
"""Lists that one reader builds: twenty thousand ids at most. The next reader builds the rest."""


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
        token, authors = secrets.token_hex(8), authors[:BUILT_MOST]
        won = await self.keyspace.script("lists_begin", token, int(self.build_timeout * 1000), keys=keys.recent(authors))
        mine = [author for author, is_mine in zip(authors, won, strict=True) if is_mine]
        if not mine:
            return
        lists = keys.recent(mine)
        try:
            posts = dict(await self.graph.read("feed/recent", authors=mine, limit=self.cap))
        except BaseException:
            with suppress(Unavailable):
                await self.keyspace.script("lists_abandon", token, keys=lists[1::2])
            raise
        words: list[bytes | int] = []
        for author in mine:
            entries = entries_of(posts.get(author, ()), self.cap)
            words += [len(entries), *entries]
        await self.keyspace.script("recent_finish", token, self.cap, spread(self.life) * 1000, *words, keys=lists)
