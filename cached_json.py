"""Rows that cache how they are written in JSON.

A row never changes: whoever learns of a change has another row. So what was written of it once is written again for every
reader. It ends with the row, and needs no invalidation.
"""

from collections.abc import Mapping
from random import random
from typing import TypeAlias

Pieces: TypeAlias = tuple[bytes, ...]
"""What one selection shows of a row, in JSON: a piece for each run of fields that stand side by side."""

SELECTIONS = 16
"""Most selections whose pieces a row caches. The oldest makes room."""
BYTES = 4_096
"""Most bytes of all pieces of a row: selections with many aliases must not fill the memory."""
PIECE_OVERHEAD = 48
"""Bytes that a piece takes beside its own, so that many short ones count as well."""
ADMITTED = 1 / 8
"""Share of the selections that a full row takes in. If it took each, more selections than fit, which come in turns, would drop
one another and find nothing; so most of those that it has stay, and one that becomes usual comes in soon."""


class CachesJson:
    """A class of rows that never change, and that many operations share. Rows inherit it; it adds no field to a dataclass."""

    __slots__ = ("json",)

    json: Mapping[str, Pieces]
    """Pieces of JSON, by what they show; absent until there are some."""


def cache_json(row: CachesJson, key: str, pieces: Pieces) -> None:
    """Cache what a selection shows of a row, unless it is too long, or the row is full and does not take it in.

    The row has nothing under the key yet.
    """
    new = _size(pieces)
    cached: dict[str, Pieces] = {**getattr(row, "json", {})}
    size = sum(map(_size, cached.values())) + new
    if new > BYTES or ((size > BYTES or len(cached) >= SELECTIONS) and random() >= ADMITTED):  # noqa: S311 - it guards nothing
        return
    while size > BYTES or len(cached) >= SELECTIONS:
        size -= _size(cached.pop(next(iter(cached))))
    cached[key] = pieces
    _set_json(row, cached)


def _size(pieces: Pieces) -> int:
    return sum(map(len, pieces)) + PIECE_OVERHEAD * len(pieces)


# Frozen dataclasses set no attribute by the usual way.
_set_json = CachesJson.__dict__["json"].__set__
