"""Clients that read slowly, but read: they stay, however long what waits for them takes."""

import asyncio
import json
import socket as sockets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest
from uvicorn.protocols.http.flow_control import FlowControl

from tests.web import conftest
from tests.web.conftest import SHORT, Serve, Served
from tests.web.socket_clients import introduce, say
from tests.web.test_silent_clients import FLOOD, InBatches
from tests.worlds.waiting import until
from web.limits import ConnectionLimits, Limits
from web.serve import ServeOptions, listen
from web.write_flow import WriteFlow

SMALL = 65_536
"""Bytes that the system holds on each side, so that most of a batch waits in the transport."""
STALL_SECONDS = 1.0
PAUSE_SECONDS = 0.3
"""Between two reads of a megabyte: eight of them take more than twice what a client may read nothing for."""
BATCH = 8
MUCH = 16_000_000
"""Bytes that are more than both sides of a connection hold."""
LIMITS = Limits(streams=replace(SHORT, stall_seconds=STALL_SECONDS, ping_seconds=STALL_SECONDS, unanswered_pings=2))
OPTIONS = ServeOptions(drain_seconds=0.5, limits=ConnectionLimits(stall_seconds=STALL_SECONDS))

Read = Callable[[], Awaitable[None]]
"""Reads about a megabyte."""


async def connected(served: Served) -> sockets.socket:
    connection = sockets.socket()
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, SMALL)
    connection.setblocking(False)  # noqa: FBT003 - as Python has it
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", served.port))
    return connection


@asynccontextmanager
async def slow_socket(served: Served) -> AsyncIterator[Read]:
    """Subscribe over a WebSocket, and answer no ping."""
    connection = await connected(served)
    async with served.socket(sock=connection, proxy=None, max_size=None, max_queue=1, close_timeout=0.1) as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", **FLOOD)

        async def read() -> None:
            while json.loads(await socket.recv())["type"] == "ping":
                pass

        yield read


@asynccontextmanager
async def slow_events(served: Served) -> AsyncIterator[Read]:
    """Subscribe by server-sent events."""
    loop = asyncio.get_running_loop()
    with await connected(served) as connection:
        body = json.dumps(FLOOD).encode()
        head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        await loop.sock_sendall(connection, head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

        async def read() -> None:
            left = 1_000_000
            while left > 0:
                data = await loop.sock_recv(connection, left)
                assert data, "the server has ended the stream"
                left -= len(data)

        yield read


@pytest.mark.parametrize("slow", [slow_socket, slow_events])
async def test_a_client_that_reads_slowly_stays_until_it_reads_nothing(
    serve: Serve, slow: Callable[[Served], AbstractAsyncContextManager[Read]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def listen_with_little(host: str, port: int) -> sockets.socket:
        listener = listen(host, port)
        listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SMALL)  # its connections inherit it
        return listener

    monkeypatch.setattr(conftest, "listen", listen_with_little)
    served = await serve(executor=InBatches(), limits=LIMITS, serve_options=OPTIONS)
    connections = served.running.server.server_state.connections
    async with slow(served) as read:
        for _ in range(BATCH):
            await read()
            await asyncio.sleep(PAUSE_SECONDS)
        assert connections
        await until(lambda: not connections)


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell")
async def test_what_the_system_holds_for_a_client_is_not_read_yet() -> None:
    accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
    async with await asyncio.start_server(lambda _, writer: accepted.set_result(writer), "127.0.0.1", 0) as server:
        reader, client = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=SMALL)
        transport = cast("asyncio.Transport", (await accepted).transport)
        flow = WriteFlow(transport, FlowControl(transport))
        transport.write(b"x" * MUCH)
        assert flow.held > transport.get_write_buffer_size()
        await reader.readexactly(MUCH)
        await until(lambda: flow.held == 0)
        client.close()
        transport.close()
