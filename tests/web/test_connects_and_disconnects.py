"""Clients that come and go by the hundreds leave nothing behind."""

import asyncio
import gc
from collections import Counter

from tests.property_examples import examples
from tests.web.conftest import SHORT, Serve, Served
from tests.web.socket_clients import follow, introduce
from tests.web.stream_clients import ACCEPTED, stream_of
from tests.web.test_endings import FOREVER
from tests.worlds.waiting import until
from web.client_writer import ClientWriter
from web.limits import Limits
from web.sessions import SessionTimer
from web.socket_connection import SocketConnection

ROUNDS, AT_ONCE = 5, 20
LIVING = (SocketConnection, SessionTimer, ClientWriter)


def living() -> Counter[str]:
    """Count what belongs to connections, and all tasks."""
    gc.collect()
    found = Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, LIVING))
    found["tasks"] = len(asyncio.all_tasks())
    return found


async def come_and_go(served: Served, at: int) -> None:
    """Follow something over one of the transports, and leave: with or without a goodbye."""
    forms = [*ACCEPTED]
    if at % 4 < len(forms):
        async with stream_of(served, forms[at % 4], FOREVER, "ana") as stream:
            await stream.next()
        return
    async with served.socket() as socket:
        await introduce(socket, authorization="Bearer ana")
        await follow(socket, "1", FOREVER)
        if at % 2:
            socket.transport.abort()


async def test_connects_and_disconnects_leave_nothing(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=SHORT))
    await come_and_go(served, 0)
    await until(lambda: served.web.drain.in_flight == 0)
    before = living()
    for _ in range(examples(ROUNDS)):
        await asyncio.gather(*(come_and_go(served, at) for at in range(AT_ONCE)))
    await until(lambda: served.web.drain.in_flight == 0 and not served.web.drain._connections)
    connections = served.running.server.server_state.connections
    await until(lambda: len(connections) <= 1)  # a client of HTTP may keep one open
    await until(lambda: living() == before)
