"""Walks over all keys of a Redis, some at a time."""

from collections.abc import AsyncIterator, Sequence

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
