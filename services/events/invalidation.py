"""Invalidation: removes from the cache what events made stale."""

from collections.abc import Iterable
from dataclasses import dataclass

from keyspace.row_cache import Kind, RowCache
from services.events.event import Event


@dataclass(frozen=True, slots=True)
class Invalidation:
    """Removes stale rows and fields. A mutation does it at once; the worker does it for certain, before it announces."""

    cache: RowCache

    async def __call__(self, events: Iterable[Event]) -> None:
        """Remove everything that these events made stale, in one round trip. To do it again does no harm.

        Raises:
            Unavailable: Redis does not answer.
            CommandRefused: a key holds something else than it should.

        """
        rows: set[tuple[Kind, str]] = set()
        fields: set[tuple[str, str]] = set()
        for event in events:
            stale = event.stale()
            rows.update(stale.rows)
            fields.update(stale.fields)
        if rows or fields:
            await self.cache.invalidate(rows, fields)
