"""The one look-up of people that passes over blocks: whoever blocks somebody must be able to tell whom, to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.rows.users import UserRow, UserState
from loaders.loader import Maybe
from loaders.users import UserById


class NamedUserById(Maybe[str, UserRow]):
    """People by id, with their names and nothing else that they wrote or wear.

    For people whom the viewer blocks, or has just blocked no longer, and for nobody else. What the policy reads of a person
    stays, so that counts, posts and lists below answer as for any person who is hidden.
    """

    def __init__(self, users: UserById) -> None:
        """Share what is known of them."""
        super().__init__()
        self._users = users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Load them, and keep the names of those who use their accounts."""
        rows = await self._users.many(keys)
        return {row.id: _named(row) for row in rows if row is not None and row.state is UserState.ACTIVE}


def _named(row: UserRow) -> UserRow:
    return replace(row, bio="", location=None, website=None, avatar_id=None, cover_id=None, verified_at=None)
