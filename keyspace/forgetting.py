"""Forgetting what is hot of follows, after many were written without events, as an import does."""

from errors import Unavailable
from keyspace.client import Keyspace

PATTERNS = ("tl:*", "uc2:*", "vs:*")
"""Home timelines, counts of people, and how viewers stand to others."""
BATCH = 1_000
"""Keys looked at in one step."""


async def forget_follows(keyspace: Keyspace) -> None:
    """Remove it all; the next readers build it anew. While Redis is down there is nothing to remove from."""
    try:
        for pattern in PATTERNS:
            cursor: object = b"0"
            while True:
                cursor, found = await keyspace.command("SCAN", cursor, "MATCH", pattern, "COUNT", BATCH)  # type: ignore[arg-type]
                if found:
                    await keyspace.command("UNLINK", *found)
                if cursor in (b"0", 0):
                    break
    except Unavailable:
        return
