"""Lookups of roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.rows.roles import AccountRole, with_member
from keyspace.row_cache import ROLES
from loaders.cached_rows import CachedPairById
from loaders.loader import OptionalLoader


class RolesById(CachedPairById[Sequence[AccountRole]]):
    """Roles by the id of a person, None for who is not in use of their account: for checks, and for `OwnRolesById`."""

    kind, query = ROLES, "roles/of_users"

    @staticmethod
    def row(values: Sequence[Any]) -> Sequence[AccountRole]:
        """Build the roles, that of a member among them."""
        return with_member(map(AccountRole, values))


class OwnRolesById(OptionalLoader[str, Sequence[AccountRole]]):
    """The viewer's own roles by their id. Those of others are private, and absent here."""

    def __init__(self, roles: RolesById, viewer: str | None) -> None:
        """Take the viewer's id, None for nobody signed in."""
        super().__init__()
        self._roles, self._viewer = roles, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Sequence[AccountRole] | None]:
        """Look the viewer's own up."""
        own = [id_ for id_ in keys if id_ == self._viewer]
        return dict(zip(own, await self._roles.many(own), strict=True))
