"""What a client gets that stops reading, and reads again after it was blocked."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import websockets

from services.live.topics import account_of
from tests.live import conftest
from tests.live.announcing import announce
from tests.live.clients import HOME, PROTOCOLS
from tests.live.conftest import Live, post_id
from tests.worlds.waiting import until
from web.serve import listen

SMALL = 4_096
"""Bytes that the system holds on each side, so that little fills everything on the way to the client."""
LONG = "long " * 80
LOOKS = 20
"""Looks in a row, a few milliseconds apart, at which nothing has moved: the client has stalled."""


@asynccontextmanager
async def unread(live: Live, who: str) -> AsyncIterator[Any]:
    """Subscribe to a home timeline, read where it begins, and then only what is asked for."""
    address = live.url.removeprefix("http://").partition("/")[0]
    host, _, port = address.partition(":")
    connection = sockets.socket()
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, SMALL)
    connection.setblocking(False)  # noqa: FBT003 - as Python has it
    await asyncio.get_running_loop().sock_connect(connection, (host, int(port)))
    async with websockets.connect(
        live.url.replace("http", "ws"), sock=connection, subprotocols=PROTOCOLS, proxy=None, max_queue=1
    ) as socket:
        for message in (
            {"type": "connection_init", "payload": {"authorization": f"Bearer {live.token(who)}"}},
            {"type": "subscribe", "id": "s", "payload": {"query": HOME}},
        ):
            await socket.send(orjson.dumps(message).decode())
            await socket.recv()
        await live.joined(who)
        yield socket


async def told_before(socket: Any, marker: str) -> list[str]:
    """Read the ids of posts until a marker, and answer pings."""
    told = list[str]()
    while True:
        async with asyncio.timeout(30):
            message = orjson.loads(await socket.recv())
        if message["type"] == "ping":
            await socket.send('{"type": "pong"}')
            continue
        post = message["payload"]["data"]["homeTimeline"]["post"]["id"]
        if post == post_id(marker):
            return told
        told.append(post)


@pytest.fixture
async def live(serve, monkeypatch) -> Live:
    """A server whose connections hold little; Ada follows Bea. Redis has time, as in `crowd`."""

    def listen_with_little(host: str, port: int) -> sockets.socket:
        listener = listen(host, port)
        listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SMALL)  # its connections inherit it
        return listener

    monkeypatch.setattr(conftest, "listen", listen_with_little)
    live: Live = await serve(redis_timeout=30.0)
    await live.town.follow("ada", "bea")
    await live.town.deliver()
    return live


async def test_a_block_holds_for_all_that_waits_while_a_client_does_not_read(live):
    town, rounds = live.town, live.town.parts.hub.rounds
    first, held = await town.post("bea", LONG), await town.post("bea", "held")
    announced, unchanged = 0, 0
    async with unread(live, "ada") as socket:
        (subscriber,) = town.parts.hub.index.of(account_of(town.people["ada"].key))

        def has_stalled() -> bool:
            nonlocal unchanged
            unchanged = unchanged + 1 if subscriber._waiting and not rounds._waiting else 0
            return unchanged >= LOOKS

        async def is_full() -> bool:
            nonlocal announced
            if rounds._waiting and not subscriber._waiting:
                await announce(live, [first] * 100, stale=False)
                announced += 100
            return has_stalled()

        await until(is_full, 60)
        await announce(live, [held])
        waiting = len(subscriber._waiting)
        assert waiting > 1
        await town.block("bea", "ada")
        await announce(live, [await town.post("bea", "after")])
        marker = await town.post("ada", "marker")
        await announce(live, [marker], author="ada")
        await until(lambda: len(subscriber._waiting) == waiting + 2)
        assert await told_before(socket, marker) == [post_id(first)] * (announced + 1 - waiting)
