"""Keys made from the operator's two secrets: one for each purpose, so that nothing signed for one passes for another."""

import hmac
import re

SEPARATOR = ","
"""Separates the secrets of a setting during a rotation: the first one signs, all are accepted."""


def derived_key(secret: str, purpose: str) -> bytes:
    """Return the 32 bytes of a purpose (`access token`): HMAC-SHA256 is the extraction step of HKDF (RFC 5869)."""
    return hmac.digest(secret.encode(), f"rookery/{purpose}".encode(), "sha256")


def key_name(key: bytes) -> str:
    """Return a short name of a key, which distinguishes keys and reveals nothing about them."""
    return hmac.digest(key, b"rookery/name", "sha256").hex()[:8]


def rotated(secrets: str) -> list[str]:
    """Return the secrets of a setting in order, newest first."""
    return [part for part in re.split(rf"\s*{SEPARATOR}\s*", secrets.strip()) if part]
