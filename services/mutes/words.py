"""The words of a text, in the form in which muted words are compared: whole words, without case and accents."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ACCENTS = (*range(10, 36), *range(200, 241))
"""Canonical combining classes of accents: marks above and below letters, and the points of Hebrew and Arabic. Other
marks make another letter: vowel signs of Indic scripts, and the marks that turn か into が."""
_ANOTHER_LETTER = frozenset("й")
"""Letters that Unicode decomposes into another letter and an accent, but that readers see as letters of their own."""
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)
"""Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese): each character is a word of its own."""
_SIGNS = frozenset({"Sm", "Sc", "Sk", "So"})
"""Categories of symbols, emoji among them."""


@lru_cache(maxsize=4_096)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, in the form by which they are compared."""
    # Twice: the compatibility form of a letter such as U+1D4D0 may have a case again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.casefold()).casefold())
    return tuple(folded.translate(_TABLE).split())


def phrase(words: Iterable[str]) -> str:
    """Return words as one string with spaces around each, so that a phrase is found in it by substring."""
    return f" {' '.join(words)} "


def _compared(character: str) -> str:
    """Return the form in which a character is compared; spaces around it make it a word of its own."""
    category = unicodedata.category(character)
    if category in _SIGNS or character == "#":
        return f" {character} "
    if _is_mark(category):
        return "" if _is_accent(character) or character in _VARIATIONS else character
    if not (character.isalnum() or character == "_"):
        return "" if category == "Cf" else " "
    if any(first <= ord(character) <= last for first, last in _UNSPACED):
        return f" {character} "
    return character if character in _ANOTHER_LETTER else _without_accents(character)


def _without_accents(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    return unicodedata.normalize("NFC", "".join(each for each in decomposed if not _is_accent(each)))


def _is_mark(category: str) -> bool:
    return category in ("Mn", "Mc", "Me")


def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) in _ACCENTS


_VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Marks that choose how an emoji looks."""


class _Table(dict[int, str]):
    """The form of each character, computed when it is first seen."""

    def __missing__(self, code: int) -> str:
        """Compute and store one."""
        self[code] = compared = _compared(chr(code))
        return compared


_TABLE = _Table()
