"""Rows of what a write makes, stored by the writer, so that the first of many readers finds them.

The lease that a reader takes before it reads the graph, the writer takes before the commit: whatever changes the rows comes after
the commit, and removes the lease or the value. Where it is not certain that the lease stood before COMMIT was sent, nothing is
stored, and the first reader does it.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from errors import Unavailable
from keyspace.errors import CommandRefused
from keyspace.lease_tokens import LeaseToken, new_token
from keyspace.lifetimes import spread
from keyspace.row_cache import Kind, RowCache, Values


@dataclass(slots=True)
class NewRows:
    """Rows of one thing, by its id: leased for the length of a block, beside what is asked of the graph."""

    cache: RowCache
    id: str
    kinds: tuple[Kind, ...]
    is_leased: bool = False
    """Whether the leases stood at the last look."""
    _token: LeaseToken = field(default_factory=new_token)
    _leasing: "asyncio.Task[bool] | None" = None

    async def __aenter__(self) -> Self:
        """Begin to lease."""
        self._leasing = asyncio.create_task(self._lease(), name="lease of new rows")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the end of that, which most often was long ago."""
        if self._leasing is not None and not self._leasing.done():
            await asyncio.wait([self._leasing])

    def look(self) -> None:
        """Note, just before COMMIT is sent, whether the leases stand."""
        leasing = self._leasing
        self.is_leased = leasing is not None and leasing.done() and not leasing.cancelled() and leasing.result()

    async def store(self, rows: Mapping[Kind, Values]) -> None:
        """Store rows after the commit, if they could be leased.

        Raises:
            Unavailable: Redis does not answer.

        """
        if not self.is_leased:
            return
        words = [word for kind in self.kinds for word in (spread(self.cache.life), kind.encode(rows[kind]))]
        names = [kind.key(self.id) for kind in self.kinds]
        await self.cache.keyspace.script("fill_new", bytes(self._token), *words, keys=names)

    async def _lease(self) -> bool:
        names = [kind.key(self.id) for kind in self.kinds]
        with suppress(Unavailable, CommandRefused):
            await self.cache.keyspace.script("lease_new", self._token, keys=names)
            return True
        return False
