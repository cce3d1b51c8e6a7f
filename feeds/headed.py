"""Lists whose heads are cached: their first pages ask the graph for nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from feeds.keysets import Keyset, Place
from feeds.paginate import Slice
from feeds.pipeline import from_statement
from feeds.reader import Reader
from keyspace.list_heads import HEAD_MOST, HeadKind, ListHead
from keyspace.row_cache import Leases, Lookup

_NOTHING = Slice((), (), ended=False)


@dataclass(slots=True)
class Headed:
    """A skeleton that serves slices from the head of the list as far as it goes, and the rest from the statement.

    `owner` is the id of whom or what the list belongs to; `params` are for the statement. Where the head is missing, whoever
    begins at the start fills it by the statement that they need anyway.
    """

    reader: Reader
    kind: HeadKind
    owner: str
    keyset: Keyset
    statement: str
    params: Mapping[str, Any]
    _head: ListHead | None = field(default=None, init=False)
    _looked: bool = field(default=False, init=False)

    async def __call__(self, beyond: Place, limit: int) -> Slice:
        """Return `limit` ids beyond a place, fewer only at the end.

        Raises:
            Unavailable: the head does not have them, and the graph cannot be reached.

        """
        if not self._looked:
            self._looked = True
            self._head = await (self._first(limit) if beyond == self.keyset.start else self._deeper())
        found = _NOTHING if self._head is None else _slice(self._head, self.keyset, beyond, limit)
        if found.ended or len(found.ids) == limit:
            return found
        rest = await self._read(self.reader, found.places[-1] if found.places else beyond, limit - len(found.ids))
        return Slice([*found.ids, *rest.ids], [*found.places, *rest.places], rest.ended)

    async def _first(self, limit: int) -> ListHead | None:
        """Return the head, or as much of the beginning as is asked for; the rows behind it come along. None without Redis."""
        lookup = self._taken(await self.reader.loaders.listed(self.kind, self.owner, limit))
        if lookup.leases:
            name, load = self.kind.key(self.owner), partial(self._load, limit)
            lookup = Lookup(await self.reader.parts.cache.flights.load({self.owner: name}, lookup.leases, load))
        return lookup.found.get(self.owner)

    async def _deeper(self) -> ListHead | None:
        """Return the head if it is cached: a page that begins below may still end in it."""
        lookup = self._taken(await self.reader.loaders.listed(self.kind, self.owner, 0))
        return lookup.found.get(self.owner)

    def _taken(self, lookup: Lookup[ListHead]) -> Lookup[ListHead]:
        """Refresh the head where this look was chosen to."""
        if lookup.marks:
            self.reader.parts.cache.flights.refresh(partial(self._load, HEAD_MOST, [self.owner], lookup.marks))
        return lookup

    async def _load(self, limit: int, _owners: Sequence[str], leases: Leases) -> Mapping[str, ListHead]:
        """Read the beginning of the list, and store it where the lease or mark still stands.

        What another process loads is not waited for, as it is for rows: this is one seek.
        """
        leader = replace(self.reader, graph=self.reader.graph.from_leader())
        read = await self._read(leader, self.keyset.start, max(limit, HEAD_MOST))
        head = ListHead(read.ids[:HEAD_MOST], read.places[:HEAD_MOST], read.ended and len(read.ids) <= HEAD_MOST)
        cache = self.reader.parts.cache
        cache.flights.store(cache.fill_rows(self.kind, {self.owner: head}, leases))
        return {self.owner: ListHead(read.ids, read.places, read.ended)}

    async def _read(self, reader: Reader, beyond: Place, limit: int) -> Slice:
        return await from_statement(reader, self.keyset, self.statement, **self.params)(beyond, limit)


def _slice(head: ListHead, keyset: Keyset, beyond: Place, limit: int) -> Slice:
    """Return a slice of the list, shorter where it goes beyond what the head holds."""
    first = 0
    if beyond != keyset.start:
        first = sum(not keyset.precedes(beyond, place) for place in head.places)
    end = first + limit
    return Slice(head.ids[first:end], head.places[first:end], ended=head.ended and end >= len(head.ids))
