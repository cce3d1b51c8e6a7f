"""Invalidation after many follows were written without events, as an import does."""

from errors import Unavailable
from keyspace.client import Keyspace
from keyspace.keys import OF_FOLLOWS

BATCH = 1_000
"""Keys that Redis looks at in one step."""


async def invalidate_follows(keyspace: Keyspace) -> None:
    """Remove every timeline, count of a user and relationship; readers build them again. While Redis is down, do nothing."""
    try:
        for pattern in OF_FOLLOWS:
            cursor = b"0"
            while True:
                cursor, found = await keyspace.command("SCAN", cursor, "MATCH", pattern, "COUNT", BATCH)
                if found:
                    await keyspace.command("UNLINK", *found)
                if cursor == b"0":
                    break
    except Unavailable:
        return
