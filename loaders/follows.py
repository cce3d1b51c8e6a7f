"""Look-ups of who follows whom, seen from one viewer."""

from collections.abc import Mapping, Sequence

from graph.driver import Graph
from graph.rows import Relation
from keyspace import keys
from loaders.facts import FactById
from loaders.loader import Loader


class FollowsById(FactById):
    """Whether the viewer follows a person, by the person's id."""

    hash_of, query = staticmethod(keys.follows), "follows/which"


class RelationById(Loader[str, Relation]):
    """How the viewer and a person stand, by the person's id."""

    def __init__(self, graph: Graph, follows: FollowsById, viewer: int | None) -> None:
        """Share what is known of one direction."""
        super().__init__()
        self._graph, self._follows, self._viewer = graph, follows, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Relation]:
        """Ask for both directions."""
        if self._viewer is None:
            return {}
        back = set(await self._graph.read("follows/which_back", viewer=self._viewer, ids=keys) or ())
        there = await self._follows.many(keys)
        return {id_: Relation(following, id_ in back) for id_, following in zip(keys, there, strict=True)}

    def absent(self, key: str) -> Relation:  # noqa: ARG002 - the same for every key
        """Say that there is none."""
        return Relation(following=False, followed_by=False)
