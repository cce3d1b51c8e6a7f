"""Names: usernames, which are addresses of users, and display names, which are what users are called."""

import re
import unicodedata

from errors import InvalidInput
from services.accounts.reserved_names import RESERVED
from services.text import is_blank, one_line

USERNAME = re.compile(r"[A-Za-z0-9_]{3,30}")
"""Only letters without accents, so that no two usernames look the same and none hides a letter of another alphabet."""
LONGEST_DISPLAY_NAME = 50
"""Longest display name, in characters."""
_BOXES = ("Cn", "Co")
"""Categories of characters that many systems show as a box: private and unassigned ones. They alone make no name."""


def username_key(text: str) -> str | None:
    """Return the spelling by which usernames are compared, or None for what cannot be one."""
    return text.lower() if USERNAME.fullmatch(text) else None


def check_username(text: str) -> str:
    """Accept a new username, and return its `username_key`.

    Raises:
        InvalidInput: on `username`, when it has other characters, the wrong length, or is reserved.

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
        InvalidInput: on `displayName`, when it is too long, holds characters that change direction or break lines, or is blank.

    """
    name = one_line("displayName", text, LONGEST_DISPLAY_NAME)
    if is_blank("".join(each for each in name if unicodedata.category(each) not in _BOXES)):
        raise InvalidInput("displayName", "A display name cannot be empty.")
    return name
