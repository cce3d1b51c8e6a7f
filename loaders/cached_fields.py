"""Lookups of what holds between the viewer and many ids: cached fields from Redis, the rest from the graph."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeVar

from graph.driver import Graph
from keyspace.decode_cache import DecodeCache
from keyspace.row_cache import Leases, RowCache, field_name
from loaders.loader import Loader

F = TypeVar("F")


class CachedFieldById(Loader[str, F]):
    """Fields of a hash of the viewer by id. Subclasses name the hash and the statement, and encode a field for Redis."""

    query: str
    """Name of the statement, which takes groups: keys of viewers, and the ids that are asked of each of them."""

    def __init__(self, graph: Graph, cache: RowCache, viewer: int | None) -> None:
        """Take the viewer's key: None for nobody signed in, for whom every field is absent."""
        super().__init__()
        self._graph, self._cache, self._viewer = graph.from_leader(), cache, viewer
        self.decoder: DecodeCache[F] = cache.decoder(type(self), self.decode)

    def hash_of(self, key: int) -> str:
        """Return the name of a viewer's hash."""
        raise NotImplementedError

    @staticmethod
    def decode(found: bytes) -> F:
        """Return the value of a field from Redis."""
        raise NotImplementedError

    @staticmethod
    def encode(value: F) -> bytes:
        """Return the bytes of a value for Redis; they must not begin with a question mark."""
        raise NotImplementedError

    @staticmethod
    def by_pair(answer: object) -> Mapping[tuple[int, str], F]:
        """Sort the statement's answer by viewer and id; what is missing is absent."""
        raise NotImplementedError

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, F]:
        """Ask Redis, then the graph for what is missing there."""
        if self._viewer is None:
            return {}
        hash_ = self.hash_of(self._viewer)
        lookup = await self._cache.fields(hash_, [id_ for id_ in keys if id_ not in self.leases], self.decoder)
        missing = {id_: field_name(hash_, id_) for id_ in keys if id_ not in lookup.found}
        if not missing:
            return lookup.found
        leases = {**self.leases, **lookup.leases}
        return {**lookup.found, **await self._cache.flights.load(missing, leases, partial(self._load, self._viewer))}

    async def _load(self, viewer: int, ids: Sequence[str], leases: Leases) -> Mapping[str, F]:
        """Read fields from the graph, and store them where the lease still stands."""
        stored = await self._stored(viewer, ids)
        read = {id_: stored[viewer, id_] if (viewer, id_) in stored else self.absent(id_) for id_ in ids}
        encoded = {id_: self.encode(value) for id_, value in read.items()}
        await self._cache.fill_fields(self.hash_of(viewer), encoded, leases)
        return read

    async def _stored(self, viewer: int, ids: Sequence[str]) -> Mapping[tuple[int, str], F]:
        """Return what the graph has of the viewer and these ids, without what is absent."""
        return self.by_pair(await self._graph.read(self.query, groups=[[[viewer], ids]]))
