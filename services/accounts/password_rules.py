"""Which passwords are accepted: long enough, and not among the first that an attacker would try.

There are no rules of composition: they make passwords hard to learn by heart, not hard to guess (NIST SP 800-63B).
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from errors import InvalidInput
from services.accounts.common_passwords import is_common
from services.accounts.email_addresses import EmailAddress
from services.accounts.passwords import LONGEST, encoded
from services.text import is_blank

SHORTEST = 8
"""Least characters after normalisation."""
SERVICE = "rookery"
"""The name of the service: with it, as with one's own, guessing begins."""
ADDED_MAX = 6
"""Most characters around a common password that make no other one of it, such as a year and a sign."""
UNIT_MAX = 4
"""Longest piece that is a pattern when it is repeated."""

GUESSED = (
    "This password is one of the first that anybody would try. Choose another, such as four words that do not belong together."
)
NAMED = "A password cannot be made of your username, your e-mail address or the name of this service."


def check_password(password: str, username: str, email: EmailAddress, field: str = "password") -> None:
    """Accept a new password of this user.

    Raises:
        InvalidInput: on `field`, with the rule that it breaks.

    """
    if len(password) > LONGEST:
        raise InvalidInput(field, f"A password has at most {LONGEST} characters.")
    if encoded(password) is None or any(unicodedata.category(character) == "Cc" for character in password):
        raise InvalidInput(field, "A password cannot contain control characters.")
    if is_blank(password):
        raise InvalidInput(field, "A password cannot be blank.")
    text = folded(password)
    if len(text) < SHORTEST:
        raise InvalidInput(field, f"A password has at least {SHORTEST} characters.")
    if _is_made_of(text, {username, email.identity, email.identity.partition("@")[0], SERVICE}):
        raise InvalidInput(field, NAMED)
    if _is_pattern(text) or any(map(is_common, _cores(text))):
        raise InvalidInput(field, GUESSED)


def folded(password: str) -> str:
    """Return the form in which passwords are compared with lists: in normal form, without the difference of case."""
    return unicodedata.normalize("NFKC", password).casefold()


def _cores(text: str) -> set[str]:
    """Return a password, and what is left without a few digits and signs around it."""
    core = text.strip("".join(each for each in text if not each.isalpha()))
    return {text, core} if len(core) >= SHORTEST and len(text) - len(core) <= ADDED_MAX else {text}


def _is_pattern(text: str) -> bool:
    """Return whether a short piece is repeated, or characters follow each other up or down, as in 23456789."""
    distances = {ord(after) - ord(before) for before, after in pairwise(text)}
    return distances in ({1}, {-1}) or any((text[:unit] * len(text)).startswith(text) for unit in range(1, UNIT_MAX + 1))


def _is_made_of(text: str, names: Iterable[str]) -> bool:
    """Return whether a password is a name, or has its letters in their order and no others."""
    given = {folded(name) for name in names}
    return text in given or (_letters(text) or None) in {_letters(name) for name in given}


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))
