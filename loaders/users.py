"""Lookups of users."""

from collections.abc import Sequence
from typing import Any

from graph.rows.users import UserCounts, UserRow
from keyspace.row_cache import USER_COUNTS, USERS
from loaders.cached_rows import CachedPairById, CachedRowById


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
