"""Clients that subscribe and do not read: what waits for them is bounded, and comes back while they stay connected."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.web.conftest import SHORT, Serve, Served
from tests.web.toy import ToyContext
from tests.worlds.waiting import until
from web.coalescing import CoalescingTransport
from web.documents import Operation
from web.execution import Outcome
from web.limits import ConnectionLimits, Limits
from web.serve import ServeOptions

CLIENTS = 8
MESSAGE = 100_000
"""Characters of each event, about."""
LARGE = 1_000_000
"""Characters of an event eight of which are more than all buffers on the way to a client hold."""
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


@dataclass(slots=True)
class InBatches:
    """An executor whose events are prepared eight at a time, as those of rounds are."""

    prepared: int = 0
    """Bytes."""

    async def execute(self, _operation: Operation, _context: ToyContext, /) -> Outcome:
        return Outcome({})

    async def subscribe(self, _operation: Operation, _context: ToyContext, /) -> AsyncGenerator[Sequence[Outcome]] | Outcome:
        async def batches() -> AsyncGenerator[Sequence[Outcome]]:
            event = Outcome(None, json=json.dumps({"data": {"flood": "x" * LARGE}}).encode())
            while True:
                self.prepared += 8 * LARGE
                yield [event] * 8
                await asyncio.sleep(0)

        return batches()


@pytest.mark.parametrize("silent", [silent_socket, silent_events])
async def test_what_is_prepared_is_written_at_once_also_to_clients_who_do_not_read(
    serve: Serve, silent: Callable[[Served], AbstractAsyncContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, written, unchanged, last = InBatches(), 0, 0, 0
    write = CoalescingTransport.write

    def counting(self: CoalescingTransport, data: Any) -> None:
        nonlocal written
        written += len(data)
        write(self, data)

    def has_stalled() -> bool:
        """Look again: nothing may wait outside of the transport, and nothing more is asked for in the end."""
        nonlocal unchanged, last
        assert written >= executor.prepared
        unchanged, last = (unchanged + 1 if executor.prepared == last else 0), executor.prepared
        return unchanged >= 10 and last > 0

    monkeypatch.setattr(CoalescingTransport, "write", counting)
    limits = Limits(streams=replace(SHORT, stall_seconds=60))
    served = await serve(executor=executor, limits=limits)
    async with silent(served):
        await until(has_stalled)
        assert max(each.transport.get_write_buffer_size() for each in served.running.server.server_state.connections) > HIGH_WATER
