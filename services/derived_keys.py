"""Keys made from the operator's two secrets: one for each purpose, so that nothing signed for one passes for another."""

import hmac
import re
from collections.abc import Mapping

SEPARATOR = r"[,\n]"
"""Separates the secrets of a setting during a rotation, a comma or a line's end: the first signs and seals, all are accepted."""


def derived_key(secret: str, purpose: str) -> bytes:
    """Return the 32 bytes of a purpose (`access token`): HMAC-SHA256 is the extraction step of HKDF (RFC 5869)."""
    return hmac.digest(secret.encode(), f"rookery/{purpose}".encode(), "sha256")


def derived_keys(secrets: str, purpose: str) -> Mapping[str, bytes]:
    """Return the key of a purpose for each of several secrets by the id of the secret, the first one first."""
    return {key_id(secret): derived_key(secret, purpose) for secret in rotated(secrets)}


def key_id(secret: str) -> str:
    """Return the id of a secret, eight hexadecimal digits, which distinguishes secrets and reveals nothing about them."""
    return hmac.digest(secret.encode(), b"rookery/id", "sha256").hex()[:8]


def rotated(secrets: str) -> list[str]:
    """Return the secrets of a setting in order, the one in use first."""
    return [part.strip() for part in re.split(SEPARATOR, secrets) if part.strip()]
