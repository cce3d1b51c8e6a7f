"""What is good once: values that are taken by the first who asks for them, and words that nobody may use twice.

Redis knows both by a digest, so that what it holds gives nothing that somebody could use.
"""

from dataclasses import dataclass
from datetime import timedelta

from clock import in_milliseconds
from keyspace import keys
from keyspace.client import Keyspace


@dataclass(frozen=True, slots=True)
class SingleUse:
    """What is good once, of one kind. Methods raise Unavailable while Redis does not answer."""

    keyspace: Keyspace
    kind: str

    async def put(self, digest: str, value: str, life: timedelta) -> None:
        """Keep a value for as long as it may be taken."""
        await self.keyspace.command("SET", keys.single_use(self.kind, digest), value, "PX", in_milliseconds(life))

    async def take(self, digest: str) -> str | None:
        """Return a value, and keep it no longer; None where it was taken before, or has ended."""
        found: bytes | None = await self.keyspace.command("GETDEL", keys.single_use(self.kind, digest))
        return None if found is None else found.decode()

    async def is_first(self, digest: str, life: timedelta) -> bool:
        """Return whether a word is used for the first time within its life."""
        key = keys.single_use(self.kind, digest)
        return await self.keyspace.command("SET", key, "1", "NX", "PX", in_milliseconds(life)) is not None
