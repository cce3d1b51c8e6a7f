"""The home timeline straight from the graph: the truth that every cached one must equal."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.driver import Graph


@dataclass(frozen=True, slots=True)
class Pull:
    """The pull query, in the form that suits how many people the viewer follows.

    A seek for each followed author costs by the author; a walk down everybody's newest posts costs by how rare the followed
    are among them. `walk_from` is the number of followed people from which the walk is the cheaper one.
    """

    graph: Graph
    walk_from: int

    async def ids(self, viewer: int, below: str, limit: int) -> Sequence[str]:
        """Give the newest ids below one; two round trips."""
        degree = await self.graph.read("feed/degree", viewer=viewer)
        form = "feed/pull_walk" if (degree or 0) >= self.walk_from else "feed/pull_seek"
        ids: Sequence[str] | None = await self.graph.read(form, viewer=viewer, below=below, limit=limit)
        return ids or []

    async def newest_of(self, author: int, limit: int) -> Sequence[str]:
        """Give the newest home posts of one author."""
        ids: Sequence[str] | None = await self.graph.read("feed/newest_of", author=author, limit=limit)
        return ids or []
