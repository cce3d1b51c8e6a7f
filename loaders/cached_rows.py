"""Lookups of rows by id: cached rows from Redis, the rest from the graph, which then are cached for the next reader."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from graph.driver import Graph
from keyspace.decode_cache import DecodeCache
from keyspace.row_cache import Kind, RowCache
from loaders.loader import OptionalLoader

R = TypeVar("R")


class CachedRowById(OptionalLoader[str, R]):
    """Rows by id. Subclasses name the kind and the statement, and build a row of values."""

    kind: Kind
    query: ClassVar[str]

    def __init__(self, graph: Graph, cache: RowCache) -> None:
        """Take the two stores."""
        super().__init__()
        self._graph, self._cache = graph, cache
        self.decoder: DecodeCache[R | None] = cache.decoder(type(self), partial(_decoded, self.kind, self.row))

    @staticmethod
    def row(values: Sequence[Any]) -> R:
        """Build a row from the values of the statement. It must be immutable: all operations of the process share it."""
        raise NotImplementedError

    def by_id(self, answer: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """Sort the statement's answer by id; by default the id is the first value of each row."""
        return {values[0]: values for values in answer}

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, R | None]:
        """Ask Redis, then the graph for what is missing there."""
        lookup = await self._cache.rows(self.kind, [id_ for id_ in keys if id_ not in self.leases], self.decoder)
        found: dict[str, R | None] = dict(lookup.found)
        if missing := [id_ for id_ in keys if id_ not in found]:
            leases = {**self.leases, **lookup.leases}
            read = self.by_id(await self._graph.read(self.query, ids=missing))
            await self._cache.fill_rows(self.kind, {id_: read.get(id_) for id_ in missing}, leases)
            found |= {id_: self.row(values) for id_, values in read.items()}
        return found


class CachedPairById(CachedRowById[R]):
    """Rows by id, of statements that return pairs of an id and values."""

    def by_id(self, answer: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """Sort pairs by their id."""
        return dict(answer)


def _decoded(kind: Kind, row: Callable[[Sequence[Any]], R], found: bytes) -> R | None:
    """Return a cached row, None for one that does not exist. It knows no loader: operations share it."""
    values = kind.decode(found)
    return None if values is None else row(values)
