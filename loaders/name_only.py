"""The one lookup of users that passes over blocks: whoever blocks somebody must be able to tell whom, to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.rows.users import UserRow, UserState
from loaders.loader import OptionalLoader
from loaders.users import UserById


class NameOnlyUserById(OptionalLoader[str, UserRow]):
    """Users by id with their names, and everything else that they wrote or show left empty.

    Only for users whom the viewer blocks, or has just stopped blocking. What the policy reads of a user stays in the row, so that
    counts, posts and lists below it answer as for any hidden user.
    """

    def __init__(self, users: UserById) -> None:
        """Share the rows that are known."""
        super().__init__()
        self._users = users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Load the rows of active users, and leave the names in them."""
        rows = await self._users.many(keys)
        return {row.id: _name_only(row) for row in rows if row is not None and row.state is UserState.ACTIVE}


def _name_only(row: UserRow) -> UserRow:
    return replace(row, bio="", location=None, website=None, avatar_id=None, cover_id=None, verified_at=None)
