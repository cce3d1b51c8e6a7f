"""Sketches of how many people there are (HyperLogLog), as Redis stores them, written without asking Redis.

For what makes many at once, as the demo world does. The form is the sparse one of Redis's `hyperloglog.c`: a head, then runs of
registers that are zero, and values. Redis reads one of any length, and gives it the dense form when it changes one that is long.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

REGISTERS = 1 << 14
"""Registers of a sketch; a member belongs to one of them, by the low bits of its hash."""
REGISTER_BITS, VALUE_BITS = 14, 50
"""Bits of a hash that choose the register, and those whose zeros are counted."""
HIGHEST = 32
"""Highest value in the sparse form. A member has a higher one with a chance of 2^-32."""
LONGEST_ZEROS = 64
"""Longest run of zeros in one byte; longer ones take two."""

_HEAD = b"HYLL\x01\0\0\0" + b"\0" * 7 + b"\x80"
"""The mark, the sparse form, and a count that is to be made anew."""
_SEED, _FACTOR, _SHIFT, _WORD = 0xADC83B19, 0xC6A4A7935BD1E995, 47, (1 << 64) - 1
"""Constants of MurmurHash64A, and those of Redis's use of it."""


class Place(NamedTuple):
    """What a member adds to a sketch: the register gets this value, where it is lower."""

    register: int
    value: int


def place_of(member: bytes) -> Place:
    """Return what a member adds to a sketch, as `PFADD` does."""
    hashed = _hash(member)
    counted = hashed >> REGISTER_BITS | 1 << VALUE_BITS
    return Place(hashed % REGISTERS, min((counted & -counted).bit_length(), HIGHEST))


def sketch_of(places: Iterable[Place]) -> bytes:
    """Return the sketch of these members."""
    registers: dict[int, int] = {}
    for register, value in places:
        registers[register] = max(value, registers.get(register, 0))
    return _HEAD + _runs(registers)


def _runs(registers: Mapping[int, int]) -> bytes:
    written, at = bytearray(), 0
    for register in sorted(registers):
        written += _zeros(register - at)
        written.append(0x80 | (registers[register] - 1) << 2)
        at = register + 1
    return bytes(written + _zeros(REGISTERS - at))


def _zeros(count: int) -> bytes:
    if count == 0:
        return b""
    return bytes([count - 1]) if count <= LONGEST_ZEROS else (0x4000 | count - 1).to_bytes(2)


def _hash(data: bytes) -> int:
    """Return MurmurHash64A of some bytes, in the order of bytes that Redis has on every machine."""
    whole = len(data) - len(data) % 8
    hashed = _SEED ^ len(data) * _FACTOR & _WORD
    for start in range(0, whole, 8):
        word = int.from_bytes(data[start : start + 8], "little") * _FACTOR & _WORD
        word = (word ^ word >> _SHIFT) * _FACTOR & _WORD
        hashed = (hashed ^ word) * _FACTOR & _WORD
    if whole < len(data):
        hashed = (hashed ^ int.from_bytes(data[whole:], "little")) * _FACTOR & _WORD
    hashed = (hashed ^ hashed >> _SHIFT) * _FACTOR & _WORD
    return hashed ^ hashed >> _SHIFT
