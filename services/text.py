"""Text that people write: one normal form, no control characters, and a bound on its length."""

import unicodedata

from errors import InvalidInput

_KEPT_CONTROLS = frozenset("\n\u200c\u200d")
"""Line ends, and the joiners that emoji and several scripts are written with."""
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, which spoofs names and links."""


def several_lines(field: str, text: str, longest: int) -> str:
    """Give a text in normal form C, trimmed, with at most `longest` characters (Unicode code points).

    Raises:
        InvalidInput: it is too long or holds characters that no text has; `field` is blamed.

    """
    if len(text) > 4 * longest:
        raise InvalidInput(field, f"This is longer than {longest} characters.")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    for character in text:
        if character in _OVERRIDES or (unicodedata.category(character) in ("Cc", "Cs", "Cf") and _refused(character)):
            raise InvalidInput(field, f"The character U+{ord(character):04X} cannot be used here.")
    if len(text) > longest:
        raise InvalidInput(field, f"This is longer than {longest} characters.")
    return text


def one_line(field: str, text: str, longest: int) -> str:
    """Give a text as `several_lines` does, with its white space folded to single spaces."""
    return " ".join(several_lines(field, text, longest).split())


def _refused(character: str) -> bool:
    """Tell whether a control or format character is refused; marks of emoji flags and scripts are not."""
    if character in _KEPT_CONTROLS or character == "\t":
        return False
    return unicodedata.category(character) != "Cf" or character in "\ufeff\u00ad\u2060\u180e"
