"""Pulled authors in Redis: those whose recent posts pages merge, since not all of their posts were pushed to all.

What a viewer's page keeps of the set is checked by its version, a token that each change replaces.
"""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from errors import Unavailable
from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace

BUILT = (keys.PULLED, keys.PULLED_BUILDING)
NAMES = (*BUILT, keys.PULLED_VERSION)


@dataclass(frozen=True, slots=True)
class PulledAuthors:
    """The shared set; it exists only whole. `build_timeout` is in seconds. Methods raise Unavailable while Redis is down."""

    graph: Graph
    keyspace: Keyspace
    build_timeout: float

    async def add(self, author: int) -> None:
        """Add an author, once the post is committed; whoever is settling them begins again."""
        await self.keyspace.script("pulled_add", author, _token(), keys=(*NAMES, keys.SETTLING))

    async def complete(self) -> None:
        """Add those whom the set lacks, if there is a set."""
        authors = await self.graph.read("feed/pulled_authors")
        if authors:
            found = await self.keyspace.command("SMISMEMBER", keys.PULLED, *authors)
            for author in (author for author, member in zip(authors, found, strict=True) if not member):
                await self.add(author)

    async def count(self) -> int | None:
        """Return how many there are, None where the set is not built."""
        members = int(await self.keyspace.command("SCARD", keys.PULLED))
        return members - 1 if members else None  # one is nobody

    async def some(self, count: int) -> list[int]:
        """Return those who are being settled, then up to so many others, at random."""
        asked = (("HKEYS", keys.SETTLING), ("SRANDMEMBER", keys.PULLED, count))
        begun, drawn = await self.keyspace.commands("pulled_some", asked)
        return [author for author in dict.fromkeys(map(int, [*begun, *drawn])) if author]

    async def mark(self, authors: Sequence[int], others: Iterable[int] = ()) -> str:
        """Begin to settle authors, and give up others; return the mark, which each new post of an author removes."""
        mark = _token()
        marked = [word for author in authors for word in (author, mark)]
        asked = [("HSET", keys.SETTLING, *marked)] if authors else []
        given_up = [*others]
        await self.keyspace.commands("pulled_mark", [*asked, ("HDEL", keys.SETTLING, *given_up)] if given_up else asked)
        return mark

    async def give_up(self, authors: Sequence[int]) -> None:
        """Settle these no more, until they are drawn again."""
        if authors:
            await self.keyspace.command("HDEL", keys.SETTLING, *authors)

    async def retire(self, authors: Sequence[int], mark: str) -> list[int]:
        """Take those out whose mark still stands, and return them: from now on their posts are found in lists alone."""
        names = (*keys.PULLED_SET, keys.SETTLING, *keys.recent(authors)[::2])
        return [int(author) for author in await self.keyspace.script("pulled_retire", mark, _token(), *authors, keys=names)]

    async def build(self) -> None:
        """Build the set from the graph if it is absent, unless somebody else does.

        Raises:
            Unavailable: Redis or the graph does not answer.

        """
        token = _token()
        (won,) = await self.keyspace.script("lists_begin", token, int(self.build_timeout * 1000), keys=BUILT)
        if not won:
            return
        try:
            authors = await self.graph.read("feed/pulled_authors")
        except BaseException:
            with suppress(Unavailable):
                await self.keyspace.script("lists_abandon", token, keys=BUILT[1:])
            raise
        await self.keyspace.script("pulled_finish", token, *authors, keys=NAMES)


def _token() -> str:
    return secrets.token_hex(8)
