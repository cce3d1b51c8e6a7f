"""Lookups of users by username."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.driver import Graph
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserRow
from keyspace.row_cache import Leases, RowCache
from keyspace.usernames import USERNAMES, id_of_nobody
from loaders.cached_rows import CachedRowById
from loaders.loader import Loader, OptionalLoader
from loaders.visible import Prime, VisibleUserById


class UserIdByUsername(CachedRowById[str]):
    """Ids of users by username in lower case, without the policy. A name that nobody has stands for an id that nobody has.

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
        answer = await self._graph.read(self.query, names=ids, viewer=self._viewer)
        found = {name: (UserRow.of(user), ViewerRelationship(*relationship)) for name, user, relationship in answer}
        named = {name: found[name][0].id if name in found else id_of_nobody(name) for name in ids}
        self._visible.prime_checks(found.values(), [named[name] for name in ids if name not in found])
        self._cache.flights.store(self._cache.fill_rows(self.kind, named, leases))
        return named


class UserByUsername(OptionalLoader[str, UserRow]):
    """Users whom the viewer may see, by username in lower case."""

    def __init__(self, ids: Loader[str, str | None], visible: VisibleUserById, prime: Prime) -> None:
        """Look ids up by name, then users by id; `prime` brings what is cached of both."""
        super().__init__()
        self._ids, self._visible, self._prime = ids, visible, prime

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Return those who may be seen; a hidden user costs what a name costs that nobody has."""
        await self._prime(keys)
        ids = [id_ for id_ in await self._ids.many(keys) if id_ is not None]  # each name has one
        visible = await self._visible.many(ids)
        return {name: row for name, row in zip(keys, visible, strict=True) if row is not None}
