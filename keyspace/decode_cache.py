"""Decoded values of bytes from Redis that this process has met lately.

The same bytes always have the same value, so no entry is ever stale: a row that changes has other bytes. What many read (a post
goes to all followers of its author) is so decoded once and not for each reader.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")

LONGEST = 4_096
"""Most bytes of an entry. Longer rows are rare, and would make the memory of the cache hard to foretell."""


class DecodeCache(Generic[V]):
    """A decoder that keeps its results. Callers share a result, so they must not change it.

    There are two generations. When the young one is full, it becomes the old one, and the entries of the old one that were not
    used since are dropped. So a hit is one lookup in a dict, and at most twice `size` entries are kept.
    """

    __slots__ = ("_decode", "_old", "_size", "_young")

    def __init__(self, decode: Callable[[bytes], V], size: int) -> None:
        """Begin empty; a `size` of 0 keeps nothing."""
        self._decode = decode
        self._size = size
        self._young: dict[bytes, V] = {}
        self._old: dict[bytes, V] = {}

    def __len__(self) -> int:
        """Return the number of entries, where those of both generations count twice."""
        return len(self._young) + len(self._old)

    def __call__(self, found: bytes) -> V:
        """Return the value of bytes."""
        try:
            return self._young[found]
        except KeyError:
            value = self._old[found] if found in self._old else self._decode(found)
        if self._size and len(found) <= LONGEST:
            if len(self._young) >= self._size:
                self._old, self._young = self._young, {}
            self._young[found] = value
        return value

    def cached_many(self, found: Sequence[bytes]) -> list[V] | None:
        """Return the values if all are in the young generation, else None. A lease never is: it is never decoded."""
        young = self._young
        try:
            return [young[each] for each in found]
        except KeyError:
            return None
