"""A client of WebSockets that knows only the protocol."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import websockets


async def say(socket: Any, kind: str, identifier: str | None = None, **payload: Any) -> None:
    """Send a message."""
    message = {"type": kind} | ({"id": identifier} if identifier else {}) | ({"payload": payload} if payload else {})
    await socket.send(json.dumps(message))


async def hear(socket: Any) -> Any:
    """Give the next message."""
    text = await asyncio.wait_for(socket.recv(), 5)
    assert isinstance(text, str), "frames must be text"
    return json.loads(text)


async def introduce(socket: Any, **payload: Any) -> None:
    """Send `connection_init` and wait for its answer."""
    await say(socket, "connection_init", **payload)
    assert await hear(socket) == {"type": "connection_ack"}


async def follow(socket: Any, identifier: str, query: str) -> None:
    """Subscribe, and wait for the first event."""
    await say(socket, "subscribe", identifier, query=query)
    assert (await hear(socket))["type"] == "next"


async def closed_with(socket: Any) -> int:
    """Read to the end, and give the code of the close."""
    await last_messages(socket)
    return int(socket.close_code)


async def last_messages(socket: Any) -> list[Any]:
    """Read to the end, and give what came before the close."""
    found = []
    with suppress(websockets.ConnectionClosedError):
        async with asyncio.timeout(20):
            async for text in socket:  # a client that reads slowly has messages to read first
                found.append(json.loads(text))  # noqa: PERF401 - what came before the close counts
    return found
