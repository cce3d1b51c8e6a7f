"""Lookups of reposts."""

from collections.abc import Sequence
from typing import Any

from graph.rows.reposts import RepostRow
from keyspace.row_cache import REPOSTS
from loaders.cached_rows import CachedRowById


class RepostById(CachedRowById[RepostRow]):
    """Reposts by id, without the policy: whoever shows one asks for its post and whoever reposted it."""

    kind, query = REPOSTS, "reposts/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> RepostRow:
        """Build a repost."""
        return RepostRow.of(values)
