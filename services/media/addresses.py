"""Where a media item is: its keys in the store, and the addresses that clients read it from."""

from collections.abc import Mapping
from enum import StrEnum

UPLOADS = "uploads/"
"""Prefix of the keys of originals, which wait to be processed. Nothing below it is ever served."""
PICTURES = "pictures/"
"""Prefix of the keys of the sizes. An object is written while its media item is PROCESSING and never changes afterwards."""
ROUTE = "/media"


class Size(StrEnum):
    """The sizes that every media item is made in."""

    THUMBNAIL = "thumbnail"
    MEDIUM = "medium"
    LARGE = "large"


def upload_key(media_id: str) -> str:
    """Return the key of an original. An id begins with its time, so a listing of uploads begins with the oldest."""
    return f"{UPLOADS}{media_id}"


def picture_key(media_id: str, size: str) -> str:
    """Return the key of one size."""
    return f"{PICTURES}{media_id}/{size}.webp"


def picture_keys(media_id: str) -> list[str]:
    """Return the keys of every size."""
    return [picture_key(media_id, size) for size in Size]


def picture_urls(public_url: str, media_id: str) -> Mapping[Size, str]:
    """Return the address of each size of a media item that is READY; an address never shows anything else."""
    root = public_url.rstrip("/")
    return {size: f"{root}{ROUTE}/{media_id}/{size}.webp" for size in Size}
