"""Pulled authors in Redis: those who have ever written a post that was not pushed to all.

The set only grows. So of one size there is one set, and what a viewer's page keeps of it is checked by the size.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from errors import Unavailable
from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace

NAMES = (keys.PULLED, keys.PULLED_BUILDING)


@dataclass(frozen=True, slots=True)
class PulledAuthors:
    """The shared set; it exists only whole. `build_timeout` is in seconds. Methods raise Unavailable while Redis is down."""

    graph: Graph
    keyspace: Keyspace
    build_timeout: float

    async def add(self, author: int) -> None:
        """Add an author, once the post is committed."""
        await self.keyspace.script("pulled_add", author, keys=NAMES)

    async def complete(self) -> None:
        """Add those whom the set lacks, if there is a set."""
        authors = await self.graph.read("feed/pulled_authors")
        if authors:
            found = await self.keyspace.command("SMISMEMBER", keys.PULLED, *authors)
            for author in (author for author, member in zip(authors, found, strict=True) if not member):
                await self.add(author)

    async def build(self) -> None:
        """Build the set from the graph if it is absent, unless somebody else does.

        Raises:
            Unavailable: Redis or the graph does not answer.

        """
        token = secrets.token_hex(8)
        (won,) = await self.keyspace.script("lists_begin", token, int(self.build_timeout * 1000), keys=NAMES)
        if not won:
            return
        try:
            authors = await self.graph.read("feed/pulled_authors")
        except BaseException:
            with suppress(Unavailable):
                await self.keyspace.script("lists_abandon", token, keys=NAMES[1:])
            raise
        await self.keyspace.script("pulled_finish", token, *authors, keys=NAMES)
