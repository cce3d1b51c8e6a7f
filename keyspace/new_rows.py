"""Rows of what a write makes, stored by the writer, so that the first of many readers finds them.

The lease that a reader takes before it reads the graph, the writer takes before the commit: whatever changes the rows comes after
the commit, and removes the lease or the value. Nobody else knows the id before the commit, so nobody can hold the same lease and
store that the thing does not exist. Where it is not certain that the lease stood before COMMIT was sent, nothing is stored, and
the first reader does it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from errors import Unavailable
from keyspace.errors import CommandRefused
from keyspace.lease_tokens import new_token
from keyspace.lifetimes import spread
from keyspace.row_cache import Kind, RowCache, Values, is_lease


@dataclass(slots=True)
class NewRows:
    """Rows of one thing, by its id: leased for the length of a block, beside what is asked of the graph."""

    cache: RowCache
    id: str
    kinds: tuple[Kind, ...]
    _leases: Sequence[bytes] = ()
    """The lease on the row of each kind, as they stood at the last look."""
    _leasing: "asyncio.Task[Sequence[bytes]] | None" = None

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
        self._leases = leasing.result() if leasing is not None and leasing.done() and not leasing.cancelled() else ()

    async def store(self, rows: Mapping[Kind, Values]) -> None:
        """Store rows after the commit, if they could be leased, and Redis answers."""
        if not self._leases:
            return
        words: list[bytes | int] = []
        for kind, lease in zip(self.kinds, self._leases, strict=True):
            row = rows[kind]
            words += (lease, kind.life_of(row) or spread(self.cache.life), kind.encode(row))
        with suppress(Unavailable):
            await self.cache.keyspace.script("fill_rows", *words, keys=self._names())

    async def _lease(self) -> Sequence[bytes]:
        """Return the leases, none where Redis is away."""
        with suppress(Unavailable, CommandRefused):
            found: Sequence[bytes] = (await self.cache.keyspace.script("lease_rows", new_token(), 0, keys=self._names()))[0]
            if all(map(is_lease, found)):
                return found
        return ()

    def _names(self) -> list[bytes]:
        return [kind.key(self.id) for kind in self.kinds]
