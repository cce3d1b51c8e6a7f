"""Lookups of users by username."""

from collections.abc import Mapping, Sequence
from typing import Any

from clock import now_ms
from graph.driver import Graph
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserRow
from keyspace.row_cache import Leases, RowCache
from keyspace.usernames import USERNAMES
from loaders.cached_rows import CachedRowById
from loaders.loader import Loader, OptionalLoader
from loaders.visible import Prime, VisibleUserById


class UserIdByUsername(CachedRowById[str]):
    """Ids of users by username in lower case, also by one that they had until a while ago, without the policy.

    What the graph says of a name comes with its user and relationship, so these need no lookups of their own.
    """

    kind, query = USERNAMES, "users/by_username"

    def __init__(self, graph: Graph, cache: RowCache, visible: VisibleUserById, viewer: int | None) -> None:
        """Share what is found with the lookups by id; `viewer` is a key, None for nobody signed in."""
        super().__init__(graph, cache)
        self._visible, self._viewer = visible, viewer

    @staticmethod
    def row(values: Any) -> str:
        """Return the id."""
        return str(values)

    async def _load(self, ids: Sequence[str], leases: Leases) -> Mapping[str, str | None]:
        """Read from the graph at once: this is one lookup, and waiting for another process would take longer."""
        return await self._read(ids, leases)

    async def _read(self, ids: Sequence[str], leases: Leases) -> Mapping[str, str]:
        """Read users by name, and store their ids where the lease or mark still stands."""
        answer = await self._graph.read(self.query, names=ids, viewer=self._viewer, at=now_ms())
        found = {name: (UserRow.of(user), ViewerRelationship(*relationship)) for name, user, relationship in answer}
        named = {name: user.id for name, (user, _) in found.items()}
        self._visible.prime_checks(found.values())
        self._cache.flights.store(self._cache.fill_rows(self.kind, {name: named.get(name) for name in ids}, leases))
        return named


class UserByUsername(OptionalLoader[str, UserRow]):
    """Users whom the viewer may see, by username in lower case."""

    def __init__(self, ids: Loader[str, str | None], visible: VisibleUserById, prime: Prime) -> None:
        """Look ids up by name, then users by id; `prime` brings what is cached of both."""
        super().__init__()
        self._ids, self._visible, self._prime = ids, visible, prime

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Return those who may be seen."""
        await self._prime(keys)
        ids = await self._ids.many(keys)
        taken = {name: id_ for name, id_ in zip(keys, ids, strict=True) if id_ is not None}
        visible = await self._visible.many(list(taken.values()))
        return {name: row for name, row in zip(taken, visible, strict=True) if row is not None}
