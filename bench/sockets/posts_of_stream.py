"""The live stream as the servers read it that the product is compared with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import orjson
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from commands.environment import load_settings
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.stream_entries import entries_of
from services.events.post_events import PostCreated

BATCH = 500
"""Entries of one read: as many as the product takes."""
BLOCK = 2_000
"""Milliseconds that one read waits."""
_TYPE = PostCreated.type.encode()


def reading(handle: Callable[[str], Awaitable[None]], route: BaseRoute) -> Starlette:
    """Return an application with one route, which hands over the id of each new post on the live stream while it runs.

    After each post the loop runs once, so that messages leave one by one as they do when posts come one by one, and are not
    gathered until buffers are full.
    """

    async def read() -> None:
        async for post in _posts():
            await handle(post)
            await asyncio.sleep(0)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(read())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return Starlette(routes=[route], lifespan=lifespan)


async def _posts() -> AsyncIterator[str]:
    settings = load_settings()
    keyspace = Keyspace.open(settings.redis_url.get_secret_value(), timeout=settings.redis_timeout)
    blocking = keyspace.blocking()
    newest = entries_of(await keyspace.command("XREVRANGE", keys.LIVE, "+", "-", "COUNT", 1))
    last = newest[0].id if newest else b"0-0"
    while True:
        await blocking.command("XREAD", "COUNT", 1, "BLOCK", BLOCK, "STREAMS", keys.LIVE, last)
        for entry in entries_of(await keyspace.command("XRANGE", keys.LIVE, b"(" + last, "+", "COUNT", BATCH)):
            last = entry.id
            if entry.fields[b"type"] == _TYPE:
                yield orjson.loads(entry.fields[b"payload"])["postId"]
