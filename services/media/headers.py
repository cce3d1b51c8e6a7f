"""What the first bytes of a file say: which picture format it is, and how many pixels it declares.

Nothing is decoded or decompressed here, and nothing but slices is read, so this is safe where requests are answered.
What it accepts is still only a claim: `MediaProcessor` finds out whether the rest of the file is sound.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.media.refusals import Refusal, Refused

HEAD = 65_536
"""Bytes to look at. Only a JPEG with more metadata than that hides its dimensions; then `MediaProcessor` finds them."""

Dimensions = tuple[int, int]

_SIMPLE_WEBP, _LOSSLESS_WEBP, _EXTENDED_WEBP = b"VP8 ", b"VP8L", b"VP8X"
_MARKER = 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that start a frame (ITU T.81, table B.1)."""


@dataclass(frozen=True, slots=True)
class Header:
    """A format by its media type, and the declared width and height where the first bytes show them."""

    content_type: str
    dimensions: Dimensions | None


def read_header(head: bytes, most_pixels: int) -> Header:
    """Judge a file by its first bytes, whatever its sender called it.

    Raises:
        Refused: it is empty, none of the four formats, declares no pixels, or more than `most_pixels`.

    """
    if not head:
        raise Refused(Refusal.EMPTY)
    content_type, dimensions_of = _format(head)
    try:
        dimensions = dimensions_of(head)
    except IndexError as error:
        raise Refused(Refusal.DAMAGED) from error
    if dimensions is not None:
        check_dimensions(dimensions, most_pixels)
    return Header(content_type, dimensions)


def check_dimensions(dimensions: Dimensions, most_pixels: int) -> None:
    """Refuse a picture without pixels, or with too many of them."""
    width, height = dimensions
    if width < 1 or height < 1:
        raise Refused(Refusal.DAMAGED)
    if width * height > most_pixels:
        raise Refused(Refusal.TOO_MANY_PIXELS)


def _format(head: bytes) -> tuple[str, Callable[[bytes], Dimensions | None]]:
    """Return the media type of the magic bytes, and how its header is read."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _jpeg
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", _png
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif", _gif
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp", _webp
    raise Refused(Refusal.NOT_A_PICTURE)


def _number(head: bytes, at: int, size: int, order: str = "big") -> int:
    """Read an unsigned number; raise IndexError past the end."""
    if at + size > len(head):
        raise IndexError(at)
    return int.from_bytes(head[at : at + size], "big" if order == "big" else "little")


def _png(head: bytes) -> Dimensions:
    """Read IHDR, which must be the first chunk."""
    if head[12:16] != b"IHDR":
        raise Refused(Refusal.DAMAGED)
    return _number(head, 16, 4), _number(head, 20, 4)


def _gif(head: bytes) -> Dimensions:
    """Read the logical screen."""
    return _number(head, 6, 2, "little"), _number(head, 8, 2, "little")


def _webp(head: bytes) -> Dimensions:
    """Read the first chunk of RIFF: a lossy frame, a lossless one, or the canvas of an extended file (RFC 9649)."""
    kind = head[12:16]
    if kind == _EXTENDED_WEBP:
        return _number(head, 24, 3, "little") + 1, _number(head, 27, 3, "little") + 1
    if kind == _LOSSLESS_WEBP:
        packed = _number(head, 21, 4, "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    if kind == _SIMPLE_WEBP:
        return _number(head, 26, 2, "little") & 0x3FFF, _number(head, 28, 2, "little") & 0x3FFF
    raise Refused(Refusal.DAMAGED)


def _jpeg(head: bytes) -> Dimensions | None:
    """Walk the segments to the start of the frame; None when it lies beyond the first bytes."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != _MARKER:
            raise Refused(Refusal.DAMAGED)
        marker = head[at + 1]
        if marker == _MARKER:
            at += 1
        elif marker in _FRAMES:
            return _number(head, at + 7, 2), _number(head, at + 5, 2)
        else:
            at += 2 + max(2, _number(head, at + 2, 2))
    if len(head) < HEAD:
        raise Refused(Refusal.DAMAGED)
    return None
