"""Recovery codes: what stands in for a factor that is lost, on paper or in a safe."""

import hmac
import re
import secrets
from hashlib import sha256

COUNT = 10
"""Codes that somebody is given at once."""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 of Crockford: no letter that reads like another one."""
_ALIKE = str.maketrans("ILO", "110")
_LENGTH = 24
"""Letters of a code: 120 bits, so a plain digest is as good as a slow one, since nobody can try all codes (ASVS 5, 6.5.2)."""
_GROUP = 4
_WRITTEN = re.compile(rf"[{_LETTERS}]{{{_LENGTH}}}")


def new_codes() -> list[str]:
    """Return codes as they are shown, in groups of four letters."""
    return [_grouped("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) for _ in range(COUNT)]


def digest_of(code: str) -> str | None:
    """Return what is stored of a code however it was typed, 64 hexadecimal digits; None where this cannot be one."""
    letters = re.sub(r"[\s-]", "", code).upper().translate(_ALIKE)
    return sha256(letters.encode()).hexdigest() if _WRITTEN.fullmatch(letters) else None


def is_same(digest: str, other: str) -> bool:
    """Return whether two digests are the same, in a time that tells nothing."""
    return hmac.compare_digest(digest, other)


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
