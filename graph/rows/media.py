"""Rows of media."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from cached_json import CachesJson
from clock import moment


class MediaState(StrEnum):
    """Where a media item is on its way from an upload address to its three sizes."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    READY = "READY"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class MediaRow(CachesJson):
    """A media item and the posts it hangs on. Width and height are those of the upright original, in pixels, once known."""

    id: str
    owner_id: str
    state: MediaState
    content_type: str
    bytes: int
    alt: str
    width: int | None
    height: int | None
    blurhash: str | None
    refusal: str | None
    created_at: datetime
    post_ids: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `media/by_id` gives for a media item: the fields in order, times in milliseconds."""
        id_, owner_id, state, *rest, created_at, post_ids = values
        return cls(*[id_, owner_id, MediaState(state), *rest, moment(created_at), tuple(post_ids)])


class HoldingPost(NamedTuple):
    """A post that a media item hangs on, and where it is shown."""

    id: str
    author_key: int
    home: bool
    reply_to_id: str | None
    root_id: str | None
