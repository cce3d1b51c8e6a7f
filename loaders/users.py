"""Look-ups of people."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.driver import Graph
from graph.rows import UserCounts, UserRow
from keyspace.hot import USER_COUNTS, USERS
from loaders.hot_rows import HotPairById, HotRowById
from loaders.loader import Maybe


class UserById(HotRowById[UserRow]):
    """People by id."""

    kind, query = USERS, "users/by_id"

    def row(self, values: Sequence[Any]) -> UserRow:
        """Build a person."""
        return UserRow.of(values)


class UserCountsById(HotPairById[UserCounts]):
    """Followers, following and posts by the id of a person."""

    kind, query = USER_COUNTS, "users/counts"

    def row(self, values: Sequence[Any]) -> UserCounts:
        """Build the counts."""
        return UserCounts(*values)


class UserByUsername(Maybe[str, UserRow]):
    """People by username in lower case."""

    def __init__(self, graph: Graph, users: UserById) -> None:
        """Share what is found with the look-up by id."""
        super().__init__()
        self._graph, self._users = graph, users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Ask the graph."""
        rows = [UserRow.of(values) for values in await self._graph.read("users/by_username", names=keys)]
        self._users.prime({row.id: row for row in rows})
        return {row.username.lower(): row for row in rows}
