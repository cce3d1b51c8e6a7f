"""Look-ups of a fact about the viewer and each of many ids: from Redis, the rest from the graph."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from graph.driver import Graph
from keyspace.decode_cache import DecodeCache
from keyspace.row_cache import RowCache
from loaders.loader import Loader

F = TypeVar("F")


class FactById(Loader[str, F]):
    """What holds between the viewer and an id. Subclasses name the hash and the query, and how a fact is written in Redis."""

    query: ClassVar[str]

    def __init__(self, graph: Graph, cache: RowCache, viewer: int | None) -> None:
        """Take the viewer's key: None for somebody not signed in, for whom every fact is absent."""
        super().__init__()
        self._graph, self._cache, self._viewer = graph, cache, viewer
        self.reader: DecodeCache[F] = cache.reader(type(self), self.decode)

    @staticmethod
    def hash_of(key: int) -> str:
        """Name the hash of a viewer."""
        raise NotImplementedError

    @staticmethod
    def decode(found: bytes) -> F:
        """Read a fact from Redis."""
        raise NotImplementedError

    @staticmethod
    def encode(fact: F) -> bytes:
        """Write a fact for Redis; it must not begin with a question mark."""
        raise NotImplementedError

    def facts(self, answer: object) -> Mapping[str, F]:
        """Read the query's answer: the facts by id, without those that are absent."""
        raise NotImplementedError

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, F]:
        """Ask Redis, then the graph for what is missing there."""
        if self._viewer is None:
            return {}
        hash_ = self.hash_of(self._viewer)
        look = await self._cache.facts(hash_, [id_ for id_ in keys if id_ not in self.cold], self.reader)
        missing = [id_ for id_ in keys if id_ not in look.found]
        if not missing:
            return look.found
        leases = {**self.cold, **look.leases}
        told = self.facts(await self._graph.read(self.query, viewer=self._viewer, ids=missing) or ())
        cold = {id_: told[id_] if id_ in told else self.absent(id_) for id_ in missing}
        await self._cache.fill_facts(hash_, {id_: self.encode(fact) for id_, fact in cold.items()}, leases)
        return {**look.found, **cold}
