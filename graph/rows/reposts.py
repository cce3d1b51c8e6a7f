"""Rows of reposts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from clock import moment


@dataclass(frozen=True, slots=True)
class RepostRow:
    """Somebody's repost of a post: `author_id` is who reposted it."""

    id: str
    author_id: str
    post_id: str
    created_at: datetime

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `reposts/by_id` gives for a repost: the fields in order, times in milliseconds."""
        id_, author_id, post_id, created_at = values
        return cls(id_, author_id, post_id, moment(created_at))
