"""Lookups of which replies to a post are the most relevant to the viewer."""

from collections.abc import Mapping, Sequence

from graph.driver import Graph
from loaders.loader import Loader

RANKED_MOST = 200
"""Replies to a post that are ranked at most; the others come by time."""
RANKED_AT_ONCE = 10
"""Most posts whose replies one statement ranks: it then takes some ten milliseconds, however many an operation asks for."""
RANKED_IN_TREE = 60
"""The same for each post of a tree, which shows 20 replies of a post at most: as many as that, if two of three are hidden."""
NEWEST_LOOKED_AT = 100
"""Newest replies to a post among which those of the followed are looked for, whoever the viewer follows."""
SOUGHT_MOST = 100
"""Most people whom a viewer follows for the newest reply of each of them to be sought as well."""
FOLLOWED_MOST = 10_000
"""Most people whom a viewer follows that count as followed here, above what the limit of follows gives to nearly everybody."""


class ReplyRankingById(Loader[str, Sequence[str]]):
    """The ids of the most relevant replies, best first, by the id of the post: without the policy."""

    def __init__(self, graph: Graph, viewer: int | None, most: int) -> None:
        """Take the key of the viewer, None for nobody signed in, and how many are ranked of each post."""
        super().__init__()
        self._graph, self._viewer, self._most = graph, viewer, most

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Rank the replies to some posts at a time, one statement after the other."""
        ranked: dict[str, Sequence[str]] = {}
        for at in range(0, len(keys), RANKED_AT_ONCE):
            rows = await self._graph.read(
                "posts/rank_replies",
                viewer=self._viewer,
                posts=list(keys[at : at + RANKED_AT_ONCE]),
                most=self._most,
                newest=NEWEST_LOOKED_AT,
                sought=SOUGHT_MOST,
                followed=FOLLOWED_MOST,
            )
            ranked.update(rows or ())
        return ranked

    def absent(self, key: str) -> Sequence[str]:  # noqa: ARG002 - the same for every key
        """Return nothing, for a post that is gone."""
        return ()
