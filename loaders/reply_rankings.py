"""Lookups of which replies to a post are the most relevant to the viewer."""

from collections.abc import Mapping, Sequence

from graph.driver import Graph
from loaders.loader import Loader

RANKED_MOST = 200
"""Most replies to a post that are ranked; the others come by time."""
RANKED_IN_TREE = 60
"""The same for each post of a tree, which shows 20 replies of a post at most: as many as that, if two of three are hidden."""
SCANNED_MOST = 1_000
"""Most people whom the viewer follows, or newest replies, among which replies of the followed are looked for."""


class ReplyRankingById(Loader[str, Sequence[str]]):
    """The ids of the most relevant replies, best first, by the id of the post: without the policy."""

    def __init__(self, graph: Graph, viewer: int | None, most: int) -> None:
        """Take the key of the viewer, None for nobody signed in, and how many are ranked of each post."""
        super().__init__()
        self._graph, self._viewer, self._most = graph, viewer, most

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Rank the replies to all posts in one statement."""
        rows = await self._graph.read(
            "posts/rank_replies", viewer=self._viewer, posts=list(keys), most=self._most, scanned=SCANNED_MOST
        )
        return dict(rows or ())

    def absent(self, key: str) -> Sequence[str]:  # noqa: ARG002 - the same for every key
        """Return nothing, for a post that is gone."""
        return ()
