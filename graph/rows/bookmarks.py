"""Rows of folders of bookmarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from clock import moment

FOLDERS_MAX = 200
"""Most folders of one person: as many as anybody finds their way in, and few enough to be read together."""


@dataclass(frozen=True, slots=True)
class BookmarkFolder:
    """A folder as its owner, who alone learns of it, sees it; `bookmarks` is how many it holds, whatever became of the posts."""

    id: str
    name: str
    created_at: datetime
    bookmarks: int

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Self:
        """Build from `bookmark_folder_columns`."""
        id_, name, created_at, bookmarks = columns
        return cls(id_, name, moment(created_at), bookmarks)
