"""Codes of authenticator apps (TOTP, RFC 6238): six digits of half a minute, from a secret that the app and the server share."""

from collections.abc import Callable

import pyotp

from clock import now_ms

PERIOD = 30
"""Seconds for which a code stands; apps know no other."""
SKEW = 1
"""Codes before and after that of now that are taken, for clocks that differ and people who type slowly."""
DIGITS = 6
SECRET_LENGTH = 32
"""Characters of a secret: 160 bits in base32, as RFC 4226 recommends."""


def new_secret() -> str:
    """Return a random secret in base32."""
    return pyotp.random_base32(SECRET_LENGTH)


def address_of(secret: str, username: str, product: str) -> str:
    """Return the `otpauth://` address of a secret, which apps read from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=product)


def counter_of(secret: str, code: str, now: Callable[[], int] = now_ms) -> int | None:
    """Return which half minute since 1970 UTC a code is of, None where it is none of about now.

    White space is ignored, since apps show it. `now` is in milliseconds since 1970 UTC.
    """
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    totp, present = pyotp.TOTP(secret), now() // 1000 // PERIOD
    # All are compared, so the time tells nothing.
    found = [at for at in range(present - SKEW, present + SKEW + 1) if pyotp.utils.strings_equal(totp.generate_otp(at), digits)]
    return found[-1] if found else None
