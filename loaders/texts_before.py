"""Lookups of what posts said before they were edited: for rules, never for clients."""

from collections.abc import Mapping, Sequence

from graph.driver import Graph
from graph.rows.post_versions import PostVersion
from loaders.loader import OptionalLoader


class TextBefore(OptionalLoader[tuple[str, int], PostVersion]):
    """What a post said until a moment at which it was edited, by its id and the moment in milliseconds since 1970 UTC.

    Of the moment 0 it is what the post said when it was written. None where it has said the same since.
    """

    def __init__(self, graph: Graph) -> None:
        """Begin with nothing known."""
        super().__init__()
        self._graph = graph

    async def fetch(self, keys: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], PostVersion]:
        """Read them from the graph, for all posts at once."""
        rows = await self._graph.read("posts/texts_before", wanted=[list(key) for key in keys])
        return {(id_, at): PostVersion.of(columns) for id_, at, columns in rows or ()}
