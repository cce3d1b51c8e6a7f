"""The only lookup that finds users beyond a block: a viewer must see whom they block, to end the block."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.rows.users import UserRow, UserState
from loaders.loader import OptionalLoader
from loaders.users import UserById


class NameOnlyUserById(OptionalLoader[str, UserRow]):
    """Active users by id, with their names alone: what else they wrote, and their pictures, are left empty.

    Use it only for users whom the viewer blocks, or has just stopped blocking. The row keeps what the policy reads, so that
    counts, posts and lists of the user stay hidden.
    """

    def __init__(self, users: UserById) -> None:
        """Share the rows that are known."""
        super().__init__()
        self._users = users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Load the rows of active users, without what is not a name."""
        rows = await self._users.many(keys)
        return {row.id: _name_only(row) for row in rows if row is not None and row.state is UserState.ACTIVE}


def _name_only(row: UserRow) -> UserRow:
    return replace(
        row, bio="", location=None, website=None, avatar_id=None, cover_id=None, verified_at=None, pinned_ids=()
    )
