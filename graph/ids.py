"""Ids: UUID strings, whose order is the order of time, packed into 16 bytes where space counts.

All are UUIDv7 but those of reposts. These are UUIDv8 with the time at the same place: RFC 9562 leaves the rest to us. So an id
alone says that it is of a repost, and ends as the id of its post does, by which entries of one post are found in a list.
"""

import uuid
from functools import lru_cache

import uuid_utils

PACKED_SIZE = 16
"""Bytes of a packed id."""

LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
"""Above every id: where a page that begins at the newest begins."""

FIRST = "00000000-0000-0000-0000-000000000000"
"""Below every id: where a page that begins at the oldest begins."""

FORMS_CACHED = 16_384
"""Ids whose two forms a process caches, in 7 MB: ids on many pages are converted again and again."""

_TIME_BITS_BELOW = 80
_VERSION = 14
"""Where the digit of the version stands."""
_POST_DIGITS = 8
"""Last digits of the id of a repost: those of its post. Most of them are random in both."""


def new_id() -> str:
    """Return an id that is above every one that this process gave before."""
    return str(uuid_utils.uuid7())


def id_at(milliseconds: int, tail: int) -> str:
    """Return the id of a moment, with its 74 free bits taken from `tail`; the same arguments give the same id."""
    free = tail & ((1 << 74) - 1)
    high, low = free >> 62, free & ((1 << 62) - 1)
    value = (milliseconds << _TIME_BITS_BELOW) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low
    return str(uuid.UUID(int=value))


def last_of(milliseconds: int) -> str:
    """Return what is above the ids of all that is written before a moment, and below those of later ones: the id of nothing."""
    time = f"{milliseconds:012x}"
    return f"{time[:8]}-{time[8:]}{LAST[_VERSION - 1 :]}"


def new_repost_id(post: str) -> str:
    """Return a new id of a repost of a post; it is above that of the post, however fast the clock was that gave that one."""
    id_ = new_id()
    if id_ <= post:
        id_ = post[:_VERSION] + id_[_VERSION:]
    return _of_repost(id_, post)


def repost_id_at(milliseconds: int, tail: int, post: str) -> str:
    """Return the id of a repost of a post at a moment after it, by `id_at`; the same arguments give the same id."""
    return _of_repost(id_at(milliseconds, tail), post)


def _of_repost(id_: str, post: str) -> str:
    return f"{id_[:_VERSION]}8{id_[_VERSION + 1 : -_POST_DIGITS]}{post[-_POST_DIGITS:]}"


def is_of_repost(id_: str) -> bool:
    """Return whether an id is that of a repost, not of a post."""
    return id_[_VERSION] == "8"


def end_of_post(id_: str) -> str:
    """Return how the ids of a post and of its reposts end alike, by which they are found; of few others by chance."""
    return id_[-_POST_DIGITS:]


def milliseconds_of(id_: str) -> int:
    """Return the moment in an id, in milliseconds since 1970 UTC."""
    return int(id_[:8] + id_[9:13], 16)


def next_id(id_: str) -> str:
    """Return the id just above another, for a page that is to begin with that one; the last id is above all."""
    return str(uuid.UUID(int=min(uuid.UUID(id_).int + 1, (1 << 128) - 1)))


def is_id(text: str) -> bool:
    """Return whether the text is an id in its canonical form: a UUID in lower case with hyphens."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


@lru_cache(FORMS_CACHED)
def pack(id_: str) -> bytes:
    """Return the 16 bytes of an id, which was checked where it came in; bytes sort as the strings do."""
    return bytes.fromhex(id_.replace("-", ""))


@lru_cache(FORMS_CACHED)
def unpack(packed: bytes) -> str:
    """Return the id of 16 bytes."""
    text = packed.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
