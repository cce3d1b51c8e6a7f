"""Claims of a fixed form that the server signs, in letters that addresses may hold, behind a prefix that names their kind.

A signature takes the place of a stored secret: a forged claim is refused without a lookup, and nothing stored gives one.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from struct import Struct
from typing import Any

from services.derived_keys import derived_keys

_SIGNATURE = 32
"""Bytes of an HMAC by SHA-256."""


class SignedClaims:
    """Writes and reads claims of one kind. To write one again gives the same text."""

    def __init__(self, secrets: str, purpose: str, prefix: str, form: Struct) -> None:
        """Sign with the first of the comma separated secrets, and accept all of them; keys are those of the purpose."""
        self._keys = list(derived_keys(secrets, purpose).values())
        self._prefix, self._form = prefix, form
        self._length = len(prefix) + -(-(form.size + _SIGNATURE) * 4 // 3)

    def write(self, *said: bytes | int) -> str:
        """Return the text of a claim."""
        packed = self._form.pack(*said)
        return self._prefix + urlsafe_b64encode(packed + _signature(self._keys[0], packed)).decode().rstrip("=")

    def read(self, text: str) -> tuple[Any, ...] | None:
        """Return what a text claims, in the order of its form; None where it is not ours."""
        if len(text) != self._length or not text.startswith(self._prefix):
            return None
        written = text.removeprefix(self._prefix)
        try:
            read = b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        packed, signature = read[: self._form.size], read[self._form.size :]
        if not any(hmac.compare_digest(_signature(key, packed), signature) for key in self._keys):
            return None
        return self._form.unpack(packed)


def _signature(key: bytes, packed: bytes) -> bytes:
    return hmac.digest(key, packed, "sha256")
