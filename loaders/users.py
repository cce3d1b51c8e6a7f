"""Lookups of users."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graph.driver import Graph
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserCounts, UserRow
from keyspace.row_cache import USER_COUNTS, USERS
from loaders.cached_rows import CachedPairById, CachedRowById
from loaders.loader import OptionalLoader

if TYPE_CHECKING:
    from loaders.visible import VisibleUserById


class UserById(CachedRowById[UserRow]):
    """Users by id, without the policy."""

    kind, query = USERS, "users/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> UserRow:
        """Build a user."""
        return UserRow.of(values)


class UnguardedUserCountsById(CachedPairById[UserCounts]):
    """Counts by the id of a user, without the policy: for `UserCountsById` and nothing else."""

    kind, query = USER_COUNTS, "users/counts"

    @staticmethod
    def row(values: Sequence[Any]) -> UserCounts:
        """Build the counts."""
        return UserCounts(*values)


class UserByUsername(OptionalLoader[str, UserRow]):
    """Users whom the viewer may see, by username in lower case."""

    def __init__(self, graph: Graph, visible: "VisibleUserById", viewer: int | None) -> None:
        """Share what is found with the lookups by id; `viewer` is a key, None for nobody signed in."""
        super().__init__()
        self._graph, self._visible, self._viewer = graph, visible, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Ask the graph, and return those who may be seen; a hidden user costs no more than a name that nobody has."""
        answer = await self._graph.read("users/by_username", names=keys, viewer=self._viewer)
        rows = [(UserRow.of(user), ViewerRelationship(*relationship)) for user, relationship in answer]
        self._visible.prime_checks(rows)
        visible = await self._visible.many([user.id for user, _ in rows])
        return {row.username.lower(): row for row in visible if row is not None}
