"""Passwords of our own servers: made at the first start, kept for the owner's eyes."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

_SECRET_BYTES = 24
"""192 random bits in each password, beyond any guessing."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What clients of the three servers show."""

    neo4j_password: str
    redis_password: str
    s3_access_key: str
    s3_secret_key: str


def load_credentials(path: Path) -> Credentials:
    """Read the file, or make it, with mode 0600, when there is none."""
    if not path.exists():
        _write(path, Credentials(*(secrets.token_hex(_SECRET_BYTES) for _ in range(4))))
    return Credentials(**json.loads(path.read_text()))


def _write(path: Path, credentials: Credentials) -> None:
    """Write whole or not at all: a start that is broken off leaves no half a file."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(credentials), file)
    scratch.rename(path)
