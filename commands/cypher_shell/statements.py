"""Splits what is written into queries: each ends with a semicolon that stands in no text, name or comment."""

import re
from collections.abc import Sequence

_PIECES = re.compile(
    r"""
    (?P<apart> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | `[^`]*` | //[^\n]* | /\*.*?\*/ )
    | (?P<open> ["'`] | /\* )
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)


def split(text: str) -> tuple[Sequence[str], str]:
    """Return the queries that are whole, without their semicolons, and what is left behind the last one."""
    found, began, at = [], 0, 0
    while piece := _PIECES.search(text, at):
        at = piece.end()
        if piece["open"]:
            break
        if piece["end"]:
            found.append(text[began : piece.start()].strip())
            began = at
    return [each for each in found if each], text[began:].strip()


def is_whole(text: str) -> bool:
    """Return whether nothing is missing: a command of the shell, nothing at all, or queries that have their semicolons."""
    return text.lstrip().startswith(":") or not split(text)[1]
