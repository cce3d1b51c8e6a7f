"""Lookups of what posts answer, up to the beginning of their conversation."""

from collections.abc import Mapping, Sequence

from graph.driver import Graph
from loaders.loader import Loader


class AncestorIdsById(Loader[str, Sequence[str]]):
    """The ids of what a post answers, what that answers, and so on, nearest first, by the post's id: without the policy."""

    def __init__(self, graph: Graph) -> None:
        """Begin with nothing known."""
        super().__init__()
        self._graph = graph

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Read them from the graph, for all posts at once."""
        rows = await self._graph.read("posts/ancestors", ids=keys)
        return dict(rows or ())

    def absent(self, key: str) -> Sequence[str]:  # noqa: ARG002 - the same for every key
        """Return nothing, for a post that is gone."""
        return ()
