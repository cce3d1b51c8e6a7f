"""Clients of a stream that know only the protocols: a WebSocket and server-sent events."""

import asyncio
import itertools
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import websockets
from websockets.typing import Subprotocol

PROTOCOLS = [Subprotocol("graphql-transport-ws")]
HOME = """
subscription Home($after: String) {
  homeTimeline(after: $after) {
    __typename
    ... on TimelinePostAdded { cursor post { id text author { username } likeCount } }
    ... on TimelinePostChanged { cursor post { id text audience } }
    ... on TimelinePostRemoved { cursor postId }
    ... on TimelineStarted { cursor }
    ... on TimelineResync { cursor reason missed }
  }
}
"""
PATIENCE = 10.0
"""Seconds that a client waits for the next event, unless a test asks for less."""


@dataclass(slots=True)
class Socket:
    """A WebSocket of one viewer, with one subscription at a time that a test looks at."""

    socket: Any
    began: str = ""
    """Cursor of the beginning of the last subscription."""
    names: "itertools.count[int]" = field(default_factory=itertools.count)
    _messages: "asyncio.Queue[dict[str, Any] | websockets.ConnectionClosed]" = field(default_factory=asyncio.Queue)

    async def subscribe(self, after: str | None = None) -> None:
        """Subscribe to the home timeline."""
        payload = {"query": HOME, "variables": {"after": after}}
        await self._send({"id": f"s{next(self.names)}", "type": "subscribe", "payload": payload})

    async def begin(self, document: str, **variables: Any) -> None:
        """Subscribe to any stream, and wait until it has begun, or is told to read anew."""
        payload = {"query": document, "variables": variables}
        await self._send({"id": f"s{next(self.names)}", "type": "subscribe", "payload": payload})
        async with asyncio.timeout(PATIENCE):
            message = await self._messages.get()
        assert not isinstance(message, websockets.ConnectionClosed), message
        if is_beginning(message.get("payload")):
            self.began = _event(message["payload"]).get("cursor", "")
        else:
            self._messages.put_nowait(message)

    async def message(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Give the next message as it is; where a subscription begins is only noted."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self._messages.get()
                if isinstance(message, websockets.ConnectionClosed):
                    raise message
                answer: Any = message.get("payload")
                if not is_beginning(answer):
                    return message
                self.began = _event(answer).get("cursor", "")

    async def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Give the next event."""
        message = await self.message(seconds)
        assert message["type"] == "next", message
        return _event(message["payload"])

    async def listen(self) -> None:
        """Answer pings, while the test is busy with other things, and put aside what it is to look at."""
        try:
            async for text in self.socket:
                if (message := dict(orjson.loads(text)))["type"] == "ping":
                    await self._send({"type": "pong"})
                else:
                    self._messages.put_nowait(message)
            await self.socket.recv()  # tells how it was closed
        except websockets.ConnectionClosed as closed:
            self._messages.put_nowait(closed)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.socket.send(orjson.dumps(message).decode())


@asynccontextmanager
async def socket_of(url: str, token: str) -> AsyncIterator[Socket]:
    """Connect a WebSocket and introduce it."""
    address = url.replace("http", "ws")
    async with websockets.connect(address, subprotocols=PROTOCOLS, proxy=None) as socket:
        client = Socket(socket)
        listening = asyncio.create_task(client.listen(), name="client")
        try:
            await client._send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
            assert (await client.message())["type"] == "connection_ack"
            yield client
        finally:
            listening.cancel()
            await asyncio.wait([listening])


@dataclass(slots=True)
class Events:
    """Server-sent events of one subscription."""

    lines: AsyncIterator[str]

    async def answer(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Give the next answer as it is, leaving out where the subscription begins."""
        async with asyncio.timeout(seconds):
            async for line in self.lines:
                if line.startswith("data: {"):
                    answer = dict(orjson.loads(line.removeprefix("data: ")))
                    if not is_beginning(answer):
                        return answer
        raise EOFError

    async def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Give the next event."""
        return _event(await self.answer(seconds))


@asynccontextmanager
async def events_of(
    url: str, token: str, after: str | None = None, document: str = HOME, **variables: Any
) -> AsyncIterator[Events]:
    """Subscribe by server-sent events, by default to the home timeline."""
    headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
    body = {"query": document, "variables": {"after": after, **variables}}
    async with (
        # Each wait for an event has a limit of its own.
        httpx.AsyncClient(timeout=httpx.Timeout(PATIENCE, read=None), trust_env=False) as http,
        http.stream("POST", url, json=body, headers=headers) as response,
    ):
        assert response.status_code == 200
        yield Events(response.aiter_lines())


def is_beginning(answer: Any) -> bool:
    """Return whether an answer only says that a subscription begins."""
    events = (answer.get("data") or {}).values() if isinstance(answer, dict) else ()
    return any(event is not None and event.get("__typename") == "TimelineStarted" for event in events)


def is_signed_out(error: dict[str, Any]) -> bool:
    """Return whether an error says that its viewer is no longer signed in.

    Where an account is no longer in use, the end of its sessions may be heard of before its events, or after: only this end
    gives a reason.
    """
    return error["extensions"] in ({"code": "UNAUTHENTICATED"}, {"code": "UNAUTHENTICATED", "reason": "SESSION_ENDED"})


def readable(cursor: str) -> bytes:
    """Return what anybody can read of a cursor."""
    parts = (part.replace("+", "-").replace("/", "_") for part in cursor.split("."))
    return b" ".join(urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)


def _event(payload: dict[str, Any]) -> dict[str, Any]:
    assert "errors" not in payload, payload
    (event,) = payload["data"].values()
    return dict(event)
