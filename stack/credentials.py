"""Passwords of our own servers: generated at the first start, in a file that only its owner can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

_SECRET_BYTES = 24
"""192 random bits in each password, too many to guess."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What clients log in with, on each of the three servers."""

    neo4j_password: str
    redis_password: str
    s3_access_key: str
    s3_secret_key: str


def load_credentials(path: Path) -> Credentials:
    """Read the file; create it with mode 0600 when there is none."""
    if not path.exists():
        _write(path, Credentials(*(secrets.token_hex(_SECRET_BYTES) for _ in range(4))))
    return Credentials(**json.loads(path.read_text()))


def _write(path: Path, credentials: Credentials) -> None:
    """Write the whole file or nothing, so that an interrupted start leaves no partial file."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(credentials), file)
    scratch.rename(path)
