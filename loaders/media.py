"""Lookups of media."""

from collections.abc import Sequence
from typing import Any

from graph.rows.media import MediaRow
from keyspace.row_cache import MEDIA
from loaders.cached_rows import CachedRowById


class MediaById(CachedRowById[MediaRow]):
    """Media by id, in any state."""

    kind, query = MEDIA, "media/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> MediaRow:
        """Build a row."""
        return MediaRow.of(values)
