"""Look-ups of yes or no about the viewer and many ids: from Redis, the rest from the graph."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from graph.driver import Graph
from keyspace.hot import Hot
from loaders.loader import Loader


class FactById(Loader[str, bool]):
    """Whether something holds between the viewer and an id. Subclasses name the hash and the query of those that hold."""

    query: ClassVar[str]

    def __init__(self, graph: Graph, hot: Hot, viewer: int | None) -> None:
        """Take the viewer's key: None for somebody not signed in, of whom nothing holds."""
        super().__init__()
        self._graph, self._hot, self._viewer = graph, hot, viewer

    @staticmethod
    def hash_of(key: int) -> str:
        """Name the hash of a viewer."""
        raise NotImplementedError

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Say no."""
        return False

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Ask Redis, then the graph for what is missing there."""
        if self._viewer is None:
            return {}
        hash_ = self.hash_of(self._viewer)
        look = await self._hot.facts(hash_, [id_ for id_ in keys if id_ not in self.cold])
        missing = [id_ for id_ in keys if id_ not in look.found]
        if not missing:
            return look.found
        leases = {**self.cold, **look.leases}
        holding = set(await self._graph.read(self.query, viewer=self._viewer, ids=missing) or ())
        cold = {id_: id_ in holding for id_ in missing}
        await self._hot.fill_facts(hash_, cold, leases)
        return {**look.found, **cold}
