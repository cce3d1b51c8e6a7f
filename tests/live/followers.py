"""Clients that follow a home timeline as the documentation says: they come back with their cursor, to whichever answers."""

import asyncio
import random
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import websockets

from tests.live.clients import PROTOCOLS

HOME = """
subscription Home($after: String) {
  homeTimeline(after: $after) {
    __typename
    ... on TimelineStarted { cursor }
    ... on TimelinePostAdded { cursor post { text } }
    ... on TimelinePostRemoved { cursor }
    ... on TimelineResync { cursor reason }
  }
}
"""
PAGE = """
query Page($after: String) {
  homeTimeline(first: 20, after: $after) { edges { node { text } } pageInfo { hasNextPage endCursor } }
}
"""
SILENCE = 15.0
"""Seconds without a sign of life after which a client lets go of its connection."""
PAUSE = 0.2, 1.0
"""Seconds until a client comes back, drawn from this range."""
AT_ONCE = 20
"""Pages that are asked for at the same time."""
COME_BACK = {1001, 1006, 1013, 4408, 4499}
"""Codes of a server that stops, one that is gone, one that cannot take the connection now, and of a client that is too slow."""
ASK_AGAIN = {"UNAVAILABLE", "REQUEST_TIMEOUT"}
"""Codes of a part that is down, and of a client that was too busy to send its request in time."""


class Refused(Exception):
    """What the server answered instead of data, for now."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Asks for pages of all clients, a few at a time."""

    http: httpx.AsyncClient
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def ask(self, address: str, token: str, after: str | None) -> Any:
        """Ask one server for a page.

        Raises:
            Refused: a part of the server is down.
            httpx.TransportError: the server is.

        """
        body, headers = {"query": PAGE, "variables": {"after": after}}, {"authorization": f"Bearer {token}"}
        async with self.turns:
            answer = (await self.http.post(f"http://{address}/graphql", json=body, headers=headers)).json()
        return _data({"type": "next", "payload": answer})["homeTimeline"]


@dataclass(slots=True)
class Follower:
    """One client, which shows posts by their texts.

    `told` has the posts of its stream in order, in parts: a new one begins where the stream could not go on, so that the client
    read the timeline anew, and may be told what it has read. `reasons` says why that was.
    """

    addresses: Sequence[str]
    token: str
    pages: Pages
    shown: set[str] = field(default_factory=set)
    told: list[list[str]] = field(default_factory=lambda: [[]])
    reasons: list[str] = field(default_factory=list)
    came_back: int = 0
    _cursor: str | None = None

    async def follow(self, last: Collection[str]) -> None:
        """Follow until the last posts are shown."""
        while not self.shown.issuperset(last):
            with suppress(OSError, TimeoutError, websockets.WebSocketException, Refused):
                await self._listen(last)
            self.came_back += 1
            await asyncio.sleep(random.uniform(*PAUSE))

    async def _listen(self, last: Collection[str]) -> None:
        address = f"ws://{random.choice(self.addresses)}/graphql"
        try:
            async with websockets.connect(address, subprotocols=PROTOCOLS, proxy=None) as socket:
                await _send(socket, type="connection_init", payload={"authorization": f"Bearer {self.token}"})
                subscription = {"query": HOME, "variables": {"after": self._cursor}}
                while not self.shown.issuperset(last):
                    async with asyncio.timeout(SILENCE):
                        message = orjson.loads(await socket.recv())
                    if message["type"] == "connection_ack":
                        await _send(socket, type="subscribe", id="1", payload=subscription)
                    elif message["type"] == "ping":
                        await _send(socket, type="pong")
                    else:
                        await self._take(_data(message)["homeTimeline"])
        except websockets.ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code not in COME_BACK:
                raise AssertionError(str(closed)) from closed
            raise

    async def _take(self, event: Any) -> None:
        kind = event["__typename"]
        if kind == "TimelinePostAdded":
            text = event["post"]["text"]
            self.told[-1].append(text)
            self.shown.add(text)
        elif kind == "TimelineResync" or self._cursor is None:
            if kind == "TimelineResync":
                self.told.append([])
                self.reasons.append(event["reason"])
            await self._read_anew()
        self._cursor = event["cursor"]

    async def _read_anew(self) -> None:
        """Read the timeline from its first page, as far as it has what is not shown yet."""
        after = None
        while True:
            page = await self._page(after)
            texts = [edge["node"]["text"] for edge in page["edges"]]
            assert len(set(texts)) == len(texts)
            if self.shown.issuperset(texts) or not page["pageInfo"]["hasNextPage"]:
                self.shown.update(texts)
                return
            self.shown.update(texts)
            after = page["pageInfo"]["endCursor"]

    async def _page(self, after: str | None) -> Any:
        """Ask one server after the other until one answers."""
        while True:
            with suppress(httpx.TransportError, Refused):
                return await self.pages.ask(random.choice(self.addresses), self.token, after)
            await asyncio.sleep(random.uniform(*PAUSE))


async def _send(socket: websockets.ClientConnection, **message: object) -> None:
    await socket.send(orjson.dumps(message).decode())


def _data(message: Any) -> Any:
    """Return the data of a message.

    Raises:
        Refused: a part of the server is down, so it is to be asked again.

    """
    errors = message["payload"] if message["type"] == "error" else message["payload"].get("errors")
    if not errors:
        return message["payload"]["data"]
    assert {error["extensions"]["code"] for error in errors} <= ASK_AGAIN, errors
    raise Refused
