"""The two secrets of an installation: generated at the first start in development, required in production."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.derived_keys import rotated

SIZE = 32
"""Least bytes of a secret: as many as the keys derived from it have."""


class SecretMissing(Exception):
    """A secret is missing or too short; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`token_secret` signs access and refresh tokens, and makes links in mails.

    `seal_secret` encrypts e-mail addresses, and signs and encrypts cursors. Either may be several, separated by commas.
    """

    token_secret: str
    seal_secret: str


def ensure_secrets(folder: Path) -> Secrets:
    """Return the secrets in a folder; missing ones are generated now.

    Two processes that start at once get the same secrets. Without `seal.secret` no e-mail address in the graph can be read again.

    Raises:
        SecretMissing: a file is there and holds too little.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Secrets(_ensured(folder / "token.secret"), _ensured(folder / "seal.secret"))


def checked_secrets(token_secret: str, seal_secret: str) -> Secrets:
    """Check that the secrets of the settings are long enough, and return them.

    Raises:
        SecretMissing: one is missing, or one of several is too short.

    """
    for variable, parts in (("TOKEN", rotated(token_secret)), ("SEAL", rotated(seal_secret))):
        if not parts or min(len(part.encode()) for part in parts) < SIZE:
            raise SecretMissing(
                f"ROOKERY_{variable}_SECRET must have {SIZE} bytes or more; `openssl rand -base64 {SIZE}` makes one."
            )
    return Secrets(token_secret, seal_secret)


def _ensured(path: Path) -> str:
    if not path.exists():
        _create(path)
    secret = path.read_text("utf-8").strip()
    if len(secret.encode()) < SIZE:
        raise SecretMissing(f"{path} must hold {SIZE} bytes or more; remove it to have another made.")
    return secret


def _create(path: Path) -> None:
    """Write a secret under another name first, so nobody reads half of one. A secret that another process made stays."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as draft:  # made with mode 0600
        draft.write(secrets.token_urlsafe(SIZE))
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
