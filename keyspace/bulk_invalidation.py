"""Invalidation after many follows were written without events, as an import does."""

from errors import Unavailable
from keyspace.client import Keyspace
from keyspace.keys import OF_FOLLOWS
from keyspace.scanning import scanned


async def invalidate_follows(keyspace: Keyspace) -> None:
    """Remove every timeline, count of a user and relationship; readers build them again. While Redis is down, do nothing."""
    try:
        for pattern in OF_FOLLOWS:
            async for found in scanned(keyspace, pattern):
                await keyspace.command("UNLINK", *found)
    except Unavailable:
        return
