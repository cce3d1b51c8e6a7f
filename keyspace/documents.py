"""Automatic persisted queries in Redis, shared by all processes."""

from dataclasses import dataclass

from errors import Unavailable
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.lifetimes import spread


@dataclass(frozen=True, slots=True)
class SharedDocuments:
    """Texts of documents by their hash. While Redis is down it has none, and clients send their texts.

    `life` is in seconds, and spread.
    """

    keyspace: Keyspace
    life: int

    async def get(self, sha256: str) -> str | None:
        """Return a text and prolong its life; None where there is none."""
        try:
            found: bytes | None = await self.keyspace.command("GETEX", keys.document(sha256), "EX", spread(self.life))
        except Unavailable:
            return None
        return None if found is None else found.decode()

    async def put(self, sha256: str, text: str) -> None:
        """Store a text."""
        try:
            await self.keyspace.command("SET", keys.document(sha256), text, "EX", spread(self.life))
        except Unavailable:
            return
