"""The most active followers of an author, most active first, packed: one string that lives for some minutes."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyspace import keys
from keyspace.client import Keyspace
from keyspace.lifetimes import spread


@dataclass(frozen=True, slots=True)
class Selections:
    """The selections of all authors. Methods raise Unavailable while Redis does not answer. `life` is in seconds."""

    keyspace: Keyspace
    life: int

    async def size(self, author: int) -> int | None:
        """Return how many are selected, None where there is no selection."""
        asked = [(word, _key(author)) for word in ("EXISTS", "STRLEN")]
        exists, length = await self.keyspace.commands("most_active", asked)
        return int(length) // keys.PACKED_VIEWER if exists else None

    async def put(self, author: int, viewers: Sequence[int]) -> None:
        """Put a selection in place."""
        await self.keyspace.command("SET", _key(author), keys.packed(viewers), "EX", spread(self.life))

    async def slice(self, author: int, offset: int, count: int) -> bytes:
        """Return the packed keys of up to `count` of them, after `offset`."""
        first, end = offset * keys.PACKED_VIEWER, (offset + count) * keys.PACKED_VIEWER
        return bytes(await self.keyspace.command("GETRANGE", _key(author), first, end - 1))


def _key(author: int) -> str:
    return f"{keys.MOST_ACTIVE}{author}"
