"""What is good once: values that are taken by the first who asks for them, and words that nobody may use twice.

Redis knows both by a digest, so that what it holds gives nothing that somebody could use.
"""

from dataclasses import dataclass
from datetime import timedelta

from clock import in_milliseconds
from graph.ids import new_id
from keyspace import keys
from keyspace.client import Keyspace


@dataclass(frozen=True, slots=True)
class SingleUse:
    """What is good once, of one kind. Methods raise Unavailable while Redis does not answer.

    Where a connection breaks, a command is sent twice; what it finds the second time must not be taken for somebody else's.
    """

    keyspace: Keyspace
    kind: str

    async def put(self, digest: str, value: str, life: timedelta) -> None:
        """Keep a value for as long as it may be taken."""
        await self.keyspace.command("SET", keys.single_use(self.kind, digest), value, "PX", in_milliseconds(life))

    async def take(self, digest: str, life: timedelta) -> str | None:
        """Return a value that is kept for at most `life`; None where it was taken before, or has ended.

        It stays until its end, beside a note that it was taken. So `give_back` has nothing to bring along.
        """
        found: bytes | None = await self.keyspace.command("GET", keys.single_use(self.kind, digest))
        return None if found is None or not await self._is_first(self._taken(digest), life) else found.decode()

    async def give_back(self, digest: str) -> None:
        """Let a value be taken once more until its end: whoever took it could do nothing with it."""
        await self.keyspace.command("DEL", self._taken(digest))

    async def is_first(self, digest: str, life: timedelta) -> bool:
        """Return whether a word is used for the first time within its life."""
        return await self._is_first(keys.single_use(self.kind, digest), life)

    async def _is_first(self, key: str, life: timedelta) -> bool:
        note = new_id().encode()
        found = await self.keyspace.command("SET", key, note, "NX", "GET", "PX", in_milliseconds(life))
        return found is None or found == note

    def _taken(self, digest: str) -> str:
        return keys.single_use(f"{self.kind}-taken", digest)
