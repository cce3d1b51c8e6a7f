"""Walks over all keys of a Redis, some at a time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from keyspace.client import Keyspace

BATCH = 1_000
"""Keys that Redis looks at in one step: it takes some tenths of a millisecond."""


async def scanned(keyspace: Keyspace, pattern: str = "*") -> AsyncIterator[Sequence[bytes]]:
    """Yield the keys of a pattern in batches, without empty ones. Keys that come or go meanwhile may be among them or not.

    Raises:
        Unavailable: Redis does not answer.

    """
    cursor = b"0"
    while True:
        cursor, found = await keyspace.command("SCAN", cursor, "MATCH", pattern, "COUNT", BATCH)
        if found:
            yield found
        if cursor == b"0":
            return


@dataclass(slots=True)
class KeyWalk:
    """A walk over all keys that goes on where it was left, so that those at the beginning are not always the first."""

    keyspace: Keyspace
    _cursor: bytes = field(default=b"0", init=False)

    async def round(self) -> AsyncIterator[Sequence[bytes]]:
        """Yield batches of keys, without empty ones: from where the last round was left to the end, then all.

        Raises:
            Unavailable: Redis does not answer.

        """
        whole = self._cursor == b"0"
        while True:
            self._cursor, found = await self.keyspace.command("SCAN", self._cursor, "COUNT", BATCH)
            if found:
                yield found
            if self._cursor == b"0":
                if whole:
                    return
                whole = True
