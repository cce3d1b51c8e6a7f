"""Text that users write: one normal form, no control characters, and a bound on its length."""

import unicodedata
from collections.abc import Callable

from errors import InvalidInput

_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}
"""Line ends of other systems."""
_DROPPED = dict.fromkeys(map(ord, "\ufeff\u00ad\u2060\u180e"))
"""Invisible marks in copied text. They are removed, because nobody could find what to correct."""
_OVERRIDES = frozenset("\u202d\u202e")
"""Characters that reverse the order of letters, which can fake names and links. No language needs them."""
_OPENING = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
"""Embeddings and isolates, by what closes them: phones put them around numbers and names in Arabic and Hebrew texts."""
_CLOSING = frozenset(_OPENING.values())
_DEPRECATED = frozenset(map(chr, range(0x206A, 0x2070)))
"""Format characters that Unicode advises against."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
"""Categories of characters that show nothing by themselves."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that Unicode counts as letters or signs and that show nothing: fillers, and Braille without dots."""


def several_lines(field: str, text: str, longest: int) -> str:
    """Return a text in normal form C, trimmed, with at most `longest` characters (Unicode code points).

    Marks that scripts and emoji are written with stay: joiners, direction marks, tags, and embeddings and isolates that end
    within their line.

    Raises:
        InvalidInput: it is too long or holds characters that no text has; `field` is blamed.

    """
    text = _normal(field, text, longest, _refused_in_text)
    for line in text.split("\n"):
        if (stray := _unpaired(line)) is not None:
            raise _unusable(field, stray)
    return text


def one_line(field: str, text: str, longest: int) -> str:
    """Return a text as `several_lines` does, with white space folded to single spaces and no characters that change direction."""
    return " ".join(_normal(field, text, longest, _refused_in_name).split())


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: white space, format characters, fillers, and marks without a letter."""
    return all(each in _FILLERS or unicodedata.category(each) in _UNSEEN for each in text)


def _normal(field: str, text: str, longest: int, refused: Callable[[str], bool]) -> str:
    if len(text) > 4 * longest:
        raise _too_long(field, longest)
    for written, end in _LINE_ENDS.items():
        text = text.replace(written, end)
    text = unicodedata.normalize("NFC", text.translate(_DROPPED)).strip()
    if (found := next(filter(refused, text), None)) is not None:
        raise _unusable(field, found)
    if len(text) > longest:
        raise _too_long(field, longest)
    return text


def _refused_in_text(character: str) -> bool:
    """Return whether a character has no place in any text."""
    if character in "\n\t":
        return False
    return character in _OVERRIDES or character in _DEPRECATED or unicodedata.category(character) in ("Cc", "Cs")


def _refused_in_name(character: str) -> bool:
    """Return whether a character has no place in a line that stands alone, such as a name."""
    return _refused_in_text(character) or character in _OPENING or character in _CLOSING


def _unpaired(line: str) -> str | None:
    """Return a character of a line that opens a direction and is never closed, or closes one that was not opened; else None."""
    open_: list[str] = []
    for character in line:
        if character in _OPENING:
            open_.append(character)
        elif character in _CLOSING and (not open_ or _OPENING[open_.pop()] != character):
            return character
    return open_[-1] if open_ else None


def _too_long(field: str, longest: int) -> InvalidInput:
    return InvalidInput(field, f"This is longer than {longest} characters.")


def _unusable(field: str, character: str) -> InvalidInput:
    return InvalidInput(field, f"The character U+{ord(character):04X} cannot be used here.")
