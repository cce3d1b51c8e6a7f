"""Edges of a follow graph, read from a file: one at a time, so that memory does not grow with the file.

Two forms are read. Lines: `src dst`, separated by spaces, tabs, commas or semicolons, further columns ignored, `#` and
`%` beginning a comment. And a compact form of varints (little-endian, base 128): the number of sources; for each
source, ascending, its distance from the one before, its number of targets, and for each target, ascending, its
distance from the one before less one.
"""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeAlias

from world.errors import UnreadableFile
from world.opened import BROKEN, Opened

Edge: TypeAlias = tuple[int, str, str]
"""The number of the line (of the edge, in the compact form), who follows, and who is followed."""
Refused = Callable[[int, str], None]
"""Told the number of a line that is skipped, and why."""

LONGEST_LINE = 4_096
"""Bytes."""
LONGEST_ID = 24
"""Letters; with the prefix it becomes a username."""
MORE, LONGEST_VARINT = 128, 63
"""The bit of a byte that tells of another one, and the bits that a number may have."""

_LINE = re.compile(
    rb"\s*([0-9A-Za-z][0-9A-Za-z_]*)(?:[ \t]*[,;][ \t]*|[ \t]+)([0-9A-Za-z][0-9A-Za-z_]*)(?:[ \t,;].*)?\s*", re.DOTALL
)
_HEADING = re.compile(rb"\W*(src|source|from|follower|from_?node_?id|user|user_?id)\W", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


def edges(source: Opened, refused: Refused) -> Iterator[Edge]:
    """Give the edges of a file in its order; what cannot be an edge is refused by its number.

    Raises:
        UnreadableFile: the file is damaged or breaks off; every edge before that place has been given.

    """
    form = _compact if source.compact else _lines
    number = 0
    try:
        for number, follower, followed in form(source.stream, refused):
            if follower == followed:
                refused(number, "follows themselves")
            else:
                yield number, follower, followed
    except BROKEN as error:
        unit = "edge" if source.compact else "line"
        raise UnreadableFile(
            f"{source.name} is damaged or breaks off after {unit} {number}. What came before is imported; "
            "run again with the whole file."
        ) from error


def _lines(stream: BinaryIO, refused: Refused) -> Iterator[Edge]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        found = _LINE.fullmatch(line)
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _pass_over(stream)
            refused(number, "is too long")
        elif found and (number > 1 or not _HEADING.match(line)):
            follower, followed = found.groups()
            if len(follower) > LONGEST_ID or len(followed) > LONGEST_ID:
                refused(number, f"has an id of more than {LONGEST_ID} letters")
            else:
                yield number, follower.decode().lower(), followed.decode().lower()
        elif line.strip() and not line.lstrip().startswith((b"#", b"%")):
            refused(number, _reason(line))


def _pass_over(stream: BinaryIO) -> None:
    """Read to the end of a line without keeping it."""
    while (more := stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
        pass


def _reason(line: bytes) -> str:
    if _HEADING.match(line):
        return "is a heading"
    try:
        text = line.decode().strip()
    except UnicodeDecodeError:
        return "is not text"
    if not all(char.isprintable() or char == "\t" for char in text):
        return "has characters that cannot be printed"
    if not re.search(r"[\s,;]", text.strip(",; ")):
        return "lacks the second of its two ids"
    return "has an id with other characters than letters a to z, digits and _"


def _compact(stream: BinaryIO, _refused: Refused) -> Iterator[Edge]:
    varint = _varints(stream).__next__
    number = source = 0
    for _ in range(varint()):
        source += varint()
        follower, target = str(source), -1
        for _ in range(varint()):
            target += varint() + 1
            number += 1
            yield number, follower, str(target)


def _varints(stream: BinaryIO) -> Iterator[int]:
    """Give number after number; a file that ends too early raises EOFError rather than end quietly."""
    value = shift = 0
    while chunk := stream.read(1 << 16):
        for byte in chunk:
            if byte & MORE:
                value |= (byte - MORE) << shift
                shift += 7
                if shift > LONGEST_VARINT:
                    raise EOFError
            else:
                yield value | byte << shift
                value = shift = 0
    raise EOFError
