"""Clients that subscribe and do not read: what waits for them is bounded, and comes back while they stay connected."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.web.conftest import SHORT, Serve, Served
from tests.worlds.waiting import until
from web.limits import ConnectionLimits, Limits
from web.serve import ServeOptions

CLIENTS = 8
MESSAGE = 100_000
"""Characters of each event, about."""
HIGH_WATER = 65_536
"""Bytes that a transport buffers before it asks to wait: that of asyncio and uvloop."""
LIMITS = ConnectionLimits(stall_seconds=0.3)
FLOOD = {"query": "subscription { flood }"}


@asynccontextmanager
async def silent_socket(served: Served) -> AsyncIterator[None]:
    """Subscribe over a WebSocket; the client library stops reading once its queue of one is full."""
    async with served.socket(max_size=None, max_queue=1, close_timeout=0.1) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        await socket.recv()
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": FLOOD}))
        yield


@asynccontextmanager
async def silent_events(served: Served) -> AsyncIterator[None]:
    """Subscribe by server-sent events; asyncio stops reading once its buffer is full."""
    _, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1_024)
    body = json.dumps(FLOOD).encode()
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    yield
    writer.close()


@pytest.mark.parametrize("silent", [silent_socket, silent_events])
async def test_memory_that_clients_who_do_not_read_caused_comes_back(
    serve: Serve, silent: Callable[[Served], AbstractAsyncContextManager[None]]
) -> None:
    served = await serve(limits=Limits(streams=SHORT), serve_options=ServeOptions(drain_seconds=0.5, limits=LIMITS))
    connections = served.running.server.server_state.connections

    def buffered() -> list[int]:
        return [each.transport.get_write_buffer_size() for each in connections]

    async def client() -> None:
        async with silent(served):
            await done.wait()

    done = asyncio.Event()
    async with asyncio.TaskGroup() as clients:
        for _ in range(CLIENTS):
            clients.create_task(client())
        await until(lambda: len(connections) == CLIENTS and min(buffered()) > HIGH_WATER)
        assert max(buffered()) < 2 * (HIGH_WATER + MESSAGE)
        # They stay connected and read nothing, so nothing that waits for them could go out.
        await until(lambda: not connections)
        done.set()
