"""Look-ups of pictures."""

from collections.abc import Sequence
from typing import Any

from graph.rows import PictureRow
from keyspace.hot import PICTURES
from loaders.hot_rows import HotRowById


class PictureById(HotRowById[PictureRow]):
    """Pictures by id, in any state."""

    kind, query = PICTURES, "media/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> PictureRow:
        """Build a picture."""
        return PictureRow.of(values)
