"""Names: usernames, which are addresses of users, and display names, which are what users are called."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from errors import InvalidInput
from services.accounts.lookalikes import skeleton_of
from services.accounts.reserved_names import RESERVED
from services.text import is_blank, one_line

USERNAME = re.compile(r"[A-Za-z0-9_]{3,30}")
"""Only letters without accents, so that none hides a letter of another alphabet; what still looks alike has one skeleton."""
LONGEST_DISPLAY_NAME = 50
"""Longest display name, in characters."""
_BOXES = ("Cn", "Co")
"""Categories of characters that many systems show as a box: private and unassigned ones. They alone make no name."""


def username_key(text: str) -> str | None:
    """Return the spelling by which usernames are compared, or None for what cannot be one."""
    return text.lower() if USERNAME.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class NewUsername:
    """A username that may be given to somebody: as written, as it is compared, and what it looks like."""

    text: str
    key: str
    skeleton: str


@dataclass(frozen=True, slots=True)
class UsernameRules:
    """Which usernames are accepted; `reserved` are the skeletons of those that nobody can take, without underscores."""

    reserved: frozenset[str]

    @classmethod
    def of(cls, more: Iterable[str] = ()) -> Self:
        """Make the rules; `more` are reserved beside those of the product."""
        return cls(frozenset(_look_of(name.lower()) for name in (*RESERVED, *more)))

    def check(self, text: str) -> NewUsername:
        """Accept a new username.

        Raises:
            InvalidInput: on `username`, when it has other characters, the wrong length, or is or looks like a reserved one.

        """
        key = username_key(text)
        if key is None:
            raise InvalidInput("username", "A username has 3 to 30 letters a-z, digits and underscores.")
        look = _look_of(text)
        if any(_passes_for(look, name) for name in self.reserved):
            raise InvalidInput("username", "This username is reserved.")
        return NewUsername(text, key, skeleton_of(text))


def _look_of(text: str) -> str:
    return skeleton_of(text.replace("_", ""))


def _passes_for(look: str, reserved: str) -> bool:
    """Return whether this looks like a reserved name in small letters, in capitals, or in both mixed.

    In capitals an `I` looks like `l`, so that `ADMlN` is `ADMIN`; an `i` looks like nothing else, so that `ali` is not `all`.
    """
    return len(look) == len(reserved) and all(
        seen == meant or (seen, meant) == ("l", "i") for seen, meant in zip(look, reserved, strict=True)
    )


def display_name_of(text: str) -> str:
    """Accept a display name, of any alphabet, and return it in normal form on one line.

    Raises:
        InvalidInput: on `displayName`, when it is too long, holds characters that change direction or break lines, or is blank.

    """
    name = one_line("displayName", text, LONGEST_DISPLAY_NAME)
    if is_blank("".join(each for each in name if unicodedata.category(each) not in _BOXES)):
        raise InvalidInput("displayName", "A display name cannot be empty.")
    return name
