"""Reads the edges of a follow graph from a file, one at a time, so that memory does not grow with the file.

There are two formats. Lines: `src dst`, separated by spaces, tabs, commas or semicolons; further columns are ignored, and `#`
and `%` begin a comment. The compact format is a sequence of varints (little-endian, base 128): the number of sources; for each
source, in ascending order, its difference from the one before and its number of targets; for each target, in ascending
order, its difference from the one before, minus one.
"""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeAlias

from world.edge_file import DECOMPRESSION_ERRORS, EdgeFile
from world.errors import UnreadableFile

Edge: TypeAlias = tuple[int, str, str]
"""The number of the line (or edge, in the compact format), the follower, and the followed."""
OnBadLine = Callable[[int, str], None]
"""Called with the number of a skipped line and the reason."""

LONGEST_LINE = 4_096
"""Length of a line in bytes."""
LONGEST_ID = 24
"""Length of an id; with the prefix it becomes a username."""
MORE, LONGEST_VARINT = 128, 63
"""The bit that says that another byte follows, and the most bits of a number."""

_LINE = re.compile(
    rb"\s*([0-9A-Za-z][0-9A-Za-z_]*)(?:[ \t]*[,;][ \t]*|[ \t]+)([0-9A-Za-z][0-9A-Za-z_]*)(?:[ \t,;].*)?\s*", re.DOTALL
)
_HEADING = re.compile(rb"\W*(src|source|from|follower|from_?node_?id|user|user_?id)\W", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


def edges(source: EdgeFile, on_bad_line: OnBadLine) -> Iterator[Edge]:
    """Yield the edges of a file in order; call `on_bad_line` for each line that is not an edge.

    Raises:
        UnreadableFile: the file is damaged or incomplete; every edge before that place was yielded.

    """
    form = _compact if source.compact else _lines
    number = 0
    try:
        for number, follower, followed in form(source.stream, on_bad_line):
            if follower == followed:
                on_bad_line(number, "follows themselves")
            else:
                yield number, follower, followed
    except DECOMPRESSION_ERRORS as error:
        unit = "edge" if source.compact else "line"
        raise UnreadableFile(
            f"{source.name} is damaged or incomplete after {unit} {number}. What came before is imported; "
            "run the import again with the complete file."
        ) from error


def _lines(stream: BinaryIO, on_bad_line: OnBadLine) -> Iterator[Edge]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        found = _LINE.fullmatch(line)
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _skip_line(stream)
            on_bad_line(number, "is too long")
        elif found and (number > 1 or not _HEADING.match(line)):
            follower, followed = found.groups()
            if len(follower) > LONGEST_ID or len(followed) > LONGEST_ID:
                on_bad_line(number, f"has an id of more than {LONGEST_ID} letters")
            else:
                yield number, follower.decode().lower(), followed.decode().lower()
        elif line.strip() and not line.lstrip().startswith((b"#", b"%")):
            on_bad_line(number, _reason(line))


def _skip_line(stream: BinaryIO) -> None:
    """Skip the rest of a line."""
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


def _compact(stream: BinaryIO, _refused: OnBadLine) -> Iterator[Edge]:
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
    """Yield the numbers. Raise EOFError at the end of the file, so that an incomplete file is noticed."""
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
