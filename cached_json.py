"""Rows that cache how they are written in JSON.

A row never changes: whoever learns of a change has another row. So what was written of it once is written again for every
reader. It ends with the row, and needs no invalidation.
"""

from collections.abc import Mapping

PIECES = 4
"""Most pieces of JSON that a row caches: so many selections may show it at the same time. The oldest makes room."""
BYTES = 4_096
"""Most bytes of all pieces of a row: selections with many aliases must not fill the memory."""


class CachesJson:
    """A class of rows that never change, and that many operations share. Rows inherit it; it adds no field to a dataclass."""

    __slots__ = ("json",)

    json: Mapping[str, bytes]
    """Pieces of JSON, by what they show; absent until there is one."""


def cache_json(row: CachesJson, key: str, piece: bytes) -> None:
    """Cache a piece of JSON in a row, unless it is too long."""
    if len(piece) > BYTES:
        return
    pieces = {**getattr(row, "json", {}), key: piece}
    while len(pieces) > PIECES or sum(map(len, pieces.values())) > BYTES:
        del pieces[next(iter(pieces))]
    _set_json(row, pieces)


# Frozen dataclasses set no attribute by the usual way.
_set_json = CachesJson.__dict__["json"].__set__
