"""Places for queries of analysts: few run at once, of one person and of all, over all web processes.

A place is a lease: who takes one renews it while the query runs. A process that is killed renews nothing, so its places are free
a moment later.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from errors import RateLimited, Unavailable
from graph.ids import new_id
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.errors import CommandRefused

LIFE = 10.0
"""Seconds that a place outlives its last renewal: for so long those of a killed process are taken."""
RENEW_EVERY = 3.0
"""Seconds between renewals: two may fail."""
RETRY_AFTER = 2
"""Seconds after which somebody who found no place may look again: most queries are done by then."""
_TAKEN, _OWN_TAKEN = 0, -1


@dataclass(frozen=True, slots=True)
class QueryPlaces:
    """So many places `in_all`, and so many of one person."""

    keyspace: Keyspace
    per_person: int
    in_all: int

    @asynccontextmanager
    async def place(self, person: str) -> AsyncIterator[None]:
        """Hold a place for this person within the block.

        Raises:
            RateLimited: there is none; nobody waits for one here, so that no queue grows.
            Unavailable: Redis does not answer, so nobody knows.

        """
        member = f"{person}:{new_id()}"
        await self._take(member, person)
        renewing = asyncio.create_task(self._renew(member, person), name="place of a query")
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(Unavailable, CommandRefused):  # then it ends by itself
                await asyncio.shield(self.keyspace.command("ZREM", keys.QUERY_PLACES, member))

    async def _renew(self, member: str, person: str) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            with suppress(RateLimited, Unavailable, CommandRefused):
                await self._take(member, person)

    async def _take(self, member: str, person: str) -> None:
        words = (member, f"{person}:", self.per_person, self.in_all, int(LIFE * 1_000))
        found = await self.keyspace.script("query_place_take", *words, keys=[keys.QUERY_PLACES])
        if found == _OWN_TAKEN:
            raise RateLimited(RETRY_AFTER, f"{self.per_person} of your queries run already. Wait until one is done.")
        if found == _TAKEN:
            raise RateLimited(RETRY_AFTER, "As many queries run as may at once. Try again in a moment.")
