"""What bytes from Redis mean, for those that this process has met lately.

The same bytes always mean the same, so what is remembered is never old: a row that changes has other bytes. Those who are read
by many (a post goes to all followers of its author) are thereby decoded once and not for each reader.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")

LONGEST = 4_096
"""Bytes of what is remembered; longer rows are rare, and would make the memory that this takes hard to foretell."""


class DecodeCache(Generic[V]):
    """A function of bytes that remembers its results, which must not be changed by who gets them.

    Two generations take turns: when the young one is full, it becomes the old one, and what is not asked for again meanwhile is
    forgotten. So a look is one look into a dict, and at most twice `most` are kept.
    """

    __slots__ = ("_most", "_old", "_read", "_young")

    def __init__(self, read: Callable[[bytes], V], most: int) -> None:
        """Remember nothing yet; with a `most` of 0, never anything."""
        self._read = read
        self._most = most
        self._young: dict[bytes, V] = {}
        self._old: dict[bytes, V] = {}

    @property
    def kept(self) -> int:
        """Count what is remembered, at most: a part of the old may be young again."""
        return len(self._young) + len(self._old)

    def __call__(self, found: bytes) -> V:
        """Give what bytes mean."""
        try:
            return self._young[found]
        except KeyError:
            value = self._old[found] if found in self._old else self._read(found)
        if self._most and len(found) <= LONGEST:
            if len(self._young) >= self._most:
                self._old, self._young = self._young, {}
            self._young[found] = value
        return value

    def all_at_hand(self, found: Sequence[bytes]) -> list[V] | None:
        """Give what many mean, if all of them were met lately; else None. A lease was never met before."""
        young = self._young
        try:
            return [young[each] for each in found]
        except KeyError:
            return None
