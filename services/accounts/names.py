"""Names: usernames, which are addresses of people, and display names, which are what people are called."""

import re

from errors import InvalidInput
from services.accounts.reserved_names import RESERVED
from services.text import is_blank, one_line

USERNAME = re.compile(r"[A-Za-z0-9_]{3,30}")
"""Letters without accents only, so that no two usernames look the same and none hides a letter of another alphabet."""
LONGEST_DISPLAY_NAME = 50
"""Characters."""


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
    if is_blank(name):
        raise InvalidInput("displayName", "A display name cannot be empty.")
    return name
