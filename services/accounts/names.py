"""Names: usernames, which are addresses of people, and display names, which are what people are called."""

import re
import unicodedata

from errors import InvalidInput
from services.accounts.reserved_names import RESERVED
from services.text import one_line

USERNAME = re.compile(r"[A-Za-z0-9_]{3,30}")
"""Letters without accents only, so that no two usernames look the same and none hides a letter of another alphabet."""
LONGEST_DISPLAY_NAME = 50
"""Characters."""
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that Unicode counts as letters or signs and that show nothing: fillers, and Braille without dots."""


def username_key(text: str) -> str | None:
    """Return the spelling by which usernames are compared, or None for what cannot be one."""
    return text.lower() if USERNAME.fullmatch(text) else None


def check_username(text: str) -> str:
    """Accept a new username, and return its `username_key`.

    Raises:
        InvalidInput: on `username`, when it has other characters, the wrong length, or is kept for the service.

    """
    key = username_key(text)
    if key is None:
        raise InvalidInput("username", "A username has 3 to 30 letters a-z, digits and underscores.")
    if key.strip("_") in RESERVED:
        raise InvalidInput("username", "This username is reserved.")
    return key


def display_name_of(text: str) -> str:
    """Accept a display name, of any alphabet, and return it in normal form on one line.

    Raises:
        InvalidInput: on `displayName`, when it is too long, holds characters that turn or break text, or shows nothing.

    """
    name = one_line("displayName", text, LONGEST_DISPLAY_NAME)
    if not any(_shows(character) for character in name):
        raise InvalidInput("displayName", "A display name cannot be empty.")
    return name


def _shows(character: str) -> bool:
    """Return whether something can be seen: a letter, a digit, a sign or an emoji; marks alone do not make a name."""
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK
