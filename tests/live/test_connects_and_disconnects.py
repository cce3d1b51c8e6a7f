"""Clients of the product that come and go by the hundreds leave nothing behind."""

import asyncio
import gc
from collections import Counter
from types import AsyncGeneratorType

from services.live.rounds import Listener
from services.live.subscriber import Subscriber
from tests.live.conftest import Live
from tests.property_examples import examples
from tests.worlds.waiting import until
from web.client_writer import ClientWriter
from web.sessions import SessionTimer
from web.socket_connection import SocketConnection

ROUNDS, AT_ONCE = 3, 20
LIVING = (Subscriber, Listener, SocketConnection, SessionTimer, ClientWriter)


async def living(live: Live) -> Counter[str]:
    """Count what belongs to connections: objects, generators that are open, tasks, and connections to Redis."""
    gc.collect()
    objects = gc.get_objects()
    found = Counter(type(each).__name__ for each in objects if isinstance(each, LIVING))
    found.update(each.__qualname__ for each in objects if isinstance(each, AsyncGeneratorType) and each.ag_frame is not None)
    found["tasks"] = len(asyncio.all_tasks())
    clients = await live.town.parts.keyspace.command("CLIENT", "LIST")
    found["connections to Redis"] = len(clients.splitlines())
    return found


async def come_and_go(live: Live, at: int, cursor: str) -> None:
    """Follow the home timeline, from now or from a cursor, and leave: after an event, in the middle, or without a goodbye."""
    after = cursor if at % 2 else None
    if at % 3 == 0:
        async with live.events("ada", after) as events:
            if after:
                await events.next()
        return
    async with live.socket("ada", after) as socket:
        if after:
            await socket.next()
        if at % 3 == 1:
            socket.socket.transport.abort()


async def test_connects_and_disconnects_leave_nothing(live: Live) -> None:
    async with live.socket("ada") as socket:
        await live.town.post("bea", "first")
        await live.town.deliver()
        cursor = (await socket.next())["cursor"]
    await live.town.post("bea", "missed")
    await live.town.deliver()

    async def gone() -> bool:
        await live.left()
        return not await living(live) - before  # what runs from time to time may have stood among those before

    for at in range(6):
        await come_and_go(live, at, cursor)
    await live.left()
    before: Counter[str] = Counter()
    while before != (now := await living(live)):  # what comes with the first ones, such as connections that stay
        before = now
        await asyncio.sleep(0.1)
    for _ in range(examples(ROUNDS)):
        await asyncio.gather(*(come_and_go(live, at, cursor) for at in range(AT_ONCE)))
        await live.town.post("bea", "to nobody, or to whom just leaves")
        await live.town.deliver()
    await until(gone, 30)
