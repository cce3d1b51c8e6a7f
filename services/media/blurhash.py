"""BlurHash: the blurred look of a picture in 28 characters, for clients to show while it loads.

The format of https://github.com/woltapp/blurhash/blob/master/Algorithm.md, which is final. The package `blurhash` on
PyPI (1.1.5) does the same without types and over nested lists; these lines are tested against its answers.
"""

import functools
import math
from collections.abc import Iterable, Sequence

ACROSS, DOWN = 4, 3
"""Components of the hash in each direction, as the format's authors advise for photographs."""

_DARK_SRGB, _DARK_LINEAR = 0.04045, 0.0031308
"""Where the curve of sRGB begins to bend, on either side (IEC 61966-2-1)."""
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Colour = tuple[float, float, float]


def blurhash(pixels: Sequence[tuple[int, ...]], width: int, height: int) -> str:
    """Return the hash of sRGB pixels, row by row. The cost grows with the pixels: pass a picture of 32 by 32 or less."""
    linear = [(_LINEAR[r], _LINEAR[g], _LINEAR[b]) for r, g, b in pixels]
    (average, *details) = (_component(linear, width, height, i, j) for j in range(DOWN) for i in range(ACROSS))
    strongest = max(abs(channel) for detail in details for channel in detail)
    quantised = max(0, min(82, math.floor(strongest * 166 - 0.5)))
    scale = (quantised + 1) / 166
    return "".join(
        (
            _digits((ACROSS - 1) + (DOWN - 1) * 9, 1),
            _digits(quantised, 1),
            _digits(_base(map(_srgb, average), 256), 4),
            *(_digits(_base((_step(channel / scale) for channel in detail), 19), 2) for detail in details),
        )
    )


def _component(linear: Sequence[Colour], width: int, height: int, i: int, j: int) -> Colour:
    """Return the coefficient of one cosine in each channel."""
    across = [math.cos(math.pi * i * x / width) for x in range(width)]
    down = [math.cos(math.pi * j * y / height) for y in range(height)]
    basis = [row * column for row in down for column in across]
    norm = (1 if i == j == 0 else 2) / (width * height)
    red, green, blue = (
        norm * sum(weight * colour[channel] for weight, colour in zip(basis, linear, strict=True)) for channel in range(3)
    )
    return red, green, blue


def _to_linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= _DARK_SRGB else float(((share + 0.055) / 1.055) ** 2.4)


_LINEAR = tuple(_to_linear(value) for value in range(256))


def _srgb(value: float) -> int:
    share = max(0.0, min(1.0, value))
    return int((share * 12.92 if share <= _DARK_LINEAR else 1.055 * share ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _step(value: float) -> int:
    """Return one of 19 steps from -1 to 1, finer around zero."""
    return max(0, min(18, math.floor(math.copysign(math.sqrt(abs(value)), value) * 9 + 9.5)))


def _base(digits: Iterable[int], base: int) -> int:
    """Return the number with these digits in a base."""
    return functools.reduce(lambda number, digit: number * base + digit, digits, 0)


def _digits(value: int, length: int) -> str:
    """Write a number in base 83."""
    return "".join(_DIGITS[value // 83**place % 83] for place in reversed(range(length)))
