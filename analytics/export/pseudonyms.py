"""Pseudonyms: keyed hashes of ids, with a key for each epoch, which is a calendar month of exports.

The key lies below the folder of the copy, for the owner alone. When the first snapshot of the next epoch is there, it is
destroyed, and nobody can tell any more whose a pseudonym was.
"""

import os
import secrets
from base64 import b32encode
from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Self

from graph.ids import pack

KEY_BYTES, HASH_BYTES = 32, 8
"""64 bits make thirteen characters; among a hundred million posts two are the same with a chance of one in four thousand, which
is noticed."""
CACHED = 262_144
"""Pseudonyms of each kind that are computed once: some 50 MB."""
KEYS = "keys"


class Pseudonyms(NamedTuple):
    """The pseudonyms of an epoch; `key_id` tells keys apart and nothing of the key."""

    key_id: str
    person: Callable[[str], str]
    post: Callable[[str], str]

    @classmethod
    def of_key(cls, key: bytes) -> Self:
        """Return the pseudonyms that a key makes."""
        named = [lru_cache(CACHED)(partial(_pseudonym, key, kind)) for kind in "up"]
        return cls(blake2b(b"id of a key", key=key, digest_size=8).hexdigest(), *named)

    @classmethod
    def of_epoch(cls, folder: Path, epoch: str) -> Self:
        """Return the pseudonyms of an epoch, by its key below the folder of the copy, which is made where there is none."""
        file = folder / KEYS / epoch
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            made = file.with_suffix(".new")
            made.unlink(missing_ok=True)
            opened = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "wb") as out:
                out.write(secrets.token_bytes(KEY_BYTES))
                out.flush()
                os.fsync(out.fileno())
            made.replace(file)
        return cls.of_key(file.read_bytes())


def destroy_keys(folder: Path, but: str) -> None:
    """Destroy the keys of all epochs but one."""
    for file in (folder / KEYS).iterdir():
        if file.name != but:
            file.unlink()


def _pseudonym(key: bytes, kind: str, id_: str) -> str:
    digest = blake2b(pack(id_), key=key, digest_size=HASH_BYTES, person=kind.encode()).digest()
    return kind + b32encode(digest).decode().rstrip("=").lower()
