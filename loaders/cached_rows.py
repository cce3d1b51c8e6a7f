"""Lookups of rows by id: cached rows from Redis, the rest from the graph, which then are cached for the next reader."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from graph.driver import Graph
from keyspace.decode_cache import DecodeCache
from keyspace.row_cache import Kind, Leases, RowCache
from loaders.loader import OptionalLoader

R = TypeVar("R")


class CachedRowById(OptionalLoader[str, R]):
    """Rows by id. Subclasses name the kind and the statement, and build a row of values."""

    kind: Kind
    query: ClassVar[str]
    decoded: ClassVar[int | None] = None
    """Half of the most decoded rows that a process keeps, where these are fewer than of other kinds."""

    def __init__(self, graph: Graph, cache: RowCache) -> None:
        """Take the two stores."""
        super().__init__()
        self._graph, self._cache = graph.from_leader(), cache
        self.decoder: DecodeCache[R | None] = cache.decoder(type(self), partial(_decoded, self.kind, self.row), self.decoded)

    @staticmethod
    def row(values: Sequence[Any]) -> R:
        """Build a row from the values of the statement. It must be immutable: all operations of the process share it."""
        raise NotImplementedError

    def by_id(self, answer: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """Sort the statement's answer by id; by default the id is the first value of each row."""
        return {values[0]: values for values in answer}

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, R | None]:
        """Ask Redis, then the graph for what is missing there, once for all operations that miss it at the same time."""
        lookup = await self._cache.rows(self.kind, [id_ for id_ in keys if id_ not in self.leases], self.decoder)
        self.refresh(lookup.marks)
        missing = {id_: self.kind.key(id_) for id_ in keys if id_ not in lookup.found}
        if not missing:
            return lookup.found
        leases = {**self.leases, **lookup.leases}
        return {**lookup.found, **await self._cache.flights.load(missing, leases, self._load)}

    def refresh(self, marks: Leases) -> None:
        """Read rows anew behind the answer, and store them where the mark still stands."""
        if marks:
            self._cache.flights.refresh(partial(self._read, list(marks), marks))

    async def _load(self, ids: Sequence[str], leases: Leases) -> Mapping[str, R | None]:
        """Return rows that are not cached: from another process that is loading them, or from the graph."""
        lookup = await self._cache.rows_of_others(self.kind, ids, leases, self.decoder)
        missing = [id_ for id_ in ids if id_ not in lookup.found]
        return {**lookup.found, **await self._read(missing, lookup.leases)} if missing else lookup.found

    async def _read(self, ids: Sequence[str], leases: Leases) -> Mapping[str, R]:
        """Read rows from the graph, and store them where the lease or mark still stands."""
        read = self.by_id(await self._graph.read(self.query, ids=ids))
        await self._cache.fill_rows(self.kind, {id_: read.get(id_) for id_ in ids}, leases)
        return {id_: self.row(values) for id_, values in read.items()}


class CachedPairById(CachedRowById[R]):
    """Rows by id, of statements that return pairs of an id and values."""

    def by_id(self, answer: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """Sort pairs by their id."""
        return dict(answer)


def _decoded(kind: Kind, row: Callable[[Sequence[Any]], R], found: bytes) -> R | None:
    """Return a cached row, None for one that does not exist. It knows no loader: operations share it."""
    values = kind.decode(found)
    return None if values is None else row(values)
