"""The passwords that guessing begins with, and words of dictionaries, as a filter: four bytes of the SHA-256 of each, in order.

It is a quarter of the lists in size, is never unpacked, and holds no word that anybody would mind to find in it. Of a million
good passwords about ten are refused without being in a list. `scripts/common-passwords` adds to it.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

FILTER = Path(__file__).with_name("common_passwords.bin")
"""The digests as integers of four bytes, the highest first, ascending."""
SIZE = 4
"""Bytes of a digest."""


def is_common(folded: str) -> bool:
    """Return whether a password, folded as by the rules, is in the filter."""
    known, wanted = common_digests(), digest_of(folded)
    at = bisect_left(known, wanted)
    return at < len(known) and known[at] == wanted


def digest_of(folded: str) -> int:
    """Return the digest by which a password is in the filter."""
    return int.from_bytes(sha256(folded.encode()).digest()[:SIZE], "big")


@cache
def common_digests() -> Sequence[int]:
    """Return the whole filter, read once a process."""
    return _swapped(array("I", FILTER.read_bytes()))


def filter_of(digests: Iterable[int]) -> bytes:
    """Return the bytes of a filter of these digests."""
    return _swapped(array("I", sorted(set(digests)))).tobytes()


def _swapped(digests: "array[int]") -> "array[int]":
    """Return digests between the order of bytes of the file and that of the machine."""
    if sys.byteorder == "little":
        digests.byteswap()
    return digests
