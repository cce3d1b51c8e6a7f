"""E-mail addresses: which spellings are accepted, and when two of them are the same."""

import re
from dataclasses import dataclass
from typing import Self

import idna

from errors import InvalidInput

LONGEST = 254
"""Characters of an address that SMTP can carry (RFC 5321, 4.5.3.1.3)."""
LONGEST_LOCAL = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""

LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""Atoms with dots between. Quoted forms exist in the standard, but are not in use."""
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""Host names of two labels or more; the last begins with a letter, so that no IP address passes."""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address. `written` is where mail goes: as typed, its domain in lower case and ASCII.

    A domain of other letters is written as registries do today (IDNA 2008). Python's own codec is that of 2003, which makes
    `strasse.de` of `straße.de`: the domain of somebody else.

    `identity` says whether two are the same: it ignores case before the @ too, as every provider of note does, since a
    telephone's keyboard begins with a capital.
    """

    written: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read an address. Whether anybody receives mail there can only be verified by mail.

        Raises:
            InvalidInput: on `email`, when it is not written as an address.

        """
        text = text.strip()
        local, _, domain = text.rpartition("@")
        if len(text) > LONGEST or len(local) > LONGEST_LOCAL or not LOCAL.fullmatch(local):
            raise _refused()
        try:
            ascii_domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
        except UnicodeError as error:
            raise _refused() from error
        if not DOMAIN.fullmatch(ascii_domain) or len(local) + 1 + len(ascii_domain) > LONGEST:
            raise _refused()
        return cls(f"{local}@{ascii_domain}")

    @property
    def identity(self) -> str:
        """Return the spelling by which addresses are compared."""
        return self.written.lower()


def _refused() -> InvalidInput:
    return InvalidInput("email", "This is not an e-mail address.")
