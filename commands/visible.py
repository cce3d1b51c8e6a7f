"""Shows what others wrote on a terminal, which obeys some characters instead of showing them."""

import re

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters but tabs and ends of lines, and what turns the direction of the text behind it."""
_ONE_BYTE = 0x100


def visible(text: str) -> str:
    r"""Return a text in which every character is one that a terminal shows: an escape character is `\x1b` there."""
    return _OBEYED.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < _ONE_BYTE else f"\\u{code:04x}"
