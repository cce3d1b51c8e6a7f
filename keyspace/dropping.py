"""Removal of what is cached, where it may be wrong: after an import, which writes without events, or after events were lost.

Relationships go first, on whichever server they are: a page that finds an author whom the viewer does not follow, as an old one
may say, forgets that they are followed. Then goes what is being built, or a builder could put in place what it read before.
"""

from collections.abc import Collection

from keyspace import keys
from keyspace.client import Keyspace
from keyspace.roles import CACHES, Role, is_row
from keyspace.scanning import scanned
from keyspace.servers import RedisServers


async def invalidate_imported(redis: RedisServers) -> None:
    """Remove every timeline, count of a user, relationship, ranking, name and head of a list; readers build them again.

    Raises:
        Unavailable: a Redis does not answer; some may be left.

    """
    for pattern in keys.FIRST_OF_IMPORTS:
        for server in redis.servers:
            await _drop(server.keyspace, pattern)
    for server in redis.servers:
        async for found in scanned(server.keyspace):
            if names := [name for name in found if name.startswith(keys.OF_IMPORTS)]:
                await server.keyspace.command("UNLINK", *names)


async def drop_caches(redis: RedisServers, roles: Collection[Role] = CACHES) -> None:
    """Remove all timelines, or all rows, or both; readers build them again. What says how posts are delivered stays.

    Raises:
        Unavailable: a Redis does not answer; some may be left.

    """
    if Role.ROWS in roles:
        await _drop(redis.of(Role.ROWS), keys.RELATIONSHIPS)
    if Role.TIMELINES in roles:
        for pattern in keys.OF_TIMELINES:
            await _drop(redis.of(Role.TIMELINES), pattern)
    if Role.ROWS in roles:
        async for found in scanned(redis.of(Role.ROWS)):
            if rows := [name for name in found if is_row(name)]:
                await redis.of(Role.ROWS).command("UNLINK", *rows)


async def _drop(keyspace: Keyspace, pattern: str) -> None:
    async for found in scanned(keyspace, pattern):
        await keyspace.command("UNLINK", *found)
