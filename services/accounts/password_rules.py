"""Which passwords are accepted: long enough, and not among the first that an attacker would try.

There are no rules of composition: they make passwords hard to learn by heart, not hard to guess (NIST SP 800-63B).
"""

import unicodedata

from errors import InvalidInput
from services.accounts.common_passwords import COMMON
from services.accounts.email_addresses import EmailAddress
from services.accounts.passwords import LONGEST, encoded
from services.text import is_blank

SHORTEST = 8
"""Least characters after normalisation."""


def check_password(password: str, username: str, email: EmailAddress) -> None:
    """Accept a new password of this user.

    Raises:
        InvalidInput: on `password`, with the rule that it breaks.

    """
    if len(password) > LONGEST:
        raise _refused(f"A password has at most {LONGEST} characters.")
    if encoded(password) is None or any(unicodedata.category(character) == "Cc" for character in password):
        raise _refused("A password cannot contain control characters.")
    if is_blank(password):
        raise _refused("A password cannot be blank.")
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(folded) < SHORTEST:
        raise _refused(f"A password has at least {SHORTEST} characters.")
    if folded in COMMON:
        raise _refused("This password is one of the most common. Choose another.")
    if folded in {username.casefold(), email.identity, email.identity.partition("@")[0]}:
        raise _refused("The password cannot be the username or the e-mail address.")


def _refused(message: str) -> InvalidInput:
    return InvalidInput("password", message)
