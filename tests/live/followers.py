"""Clients that follow a home timeline as the documentation says: they come back with their cursor, to whichever answers.

They read frames and little else, so that a thousand of them take less of a core than the server that tells them.
"""

import asyncio
import itertools
import random
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.sockets.connection import LOST, OPERATION, Connection, subscribing

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
COME_BACK = {LOST, 1001, 1013, 4408, 4499}
"""Codes of a server that is gone, one that stops, one that cannot take the connection now, and of a client that is too slow."""
ASK_AGAIN = {"UNAVAILABLE", "REQUEST_TIMEOUT"}
"""Codes of a part that is down, and of a client that was too busy to send its request in time."""


class Refused(Exception):
    """What the server answered instead of data, for now."""


class Closed(Exception):
    """The connection has ended, with a code after which a client comes back."""


class Kept(Connection):
    """A connection that keeps what arrives until it is asked for."""

    __slots__ = ("_arrived", "_wake", "over")

    def __init__(self, port: int, token: str, subscribe: bytes) -> None:
        """Begin with nothing; `over` is why it has ended, and its code."""
        super().__init__(port, token, subscribe)
        self.over: tuple[str, int] | None = None
        self._arrived = deque[bytes]()
        self._wake = asyncio.Event()

    def read(self, payload: bytes) -> None:
        """Keep a message; the connection is alive, whatever it says."""
        if not self.serve(payload):
            self._arrived.append(payload)
        self._wake.set()

    def joined(self) -> None:
        """Wait for what is told."""

    def ended(self, why: str, code: int) -> None:
        """Keep why."""
        self.over = why, code
        self._wake.set()

    async def next(self) -> Any:
        """Wait for the next message.

        Raises:
            Closed: the connection ended before.
            TimeoutError: it is silent.

        """
        while not self._arrived:
            if self.over is not None:
                why, code = self.over
                assert code in COME_BACK, why
                raise Closed(why)
            self._wake.clear()
            async with asyncio.timeout(SILENCE):
                await self._wake.wait()
        return orjson.loads(self._arrived.popleft())


@dataclass(slots=True)
class Follower:
    """One client, which shows posts by their texts.

    `told` has the posts of its stream in order, in parts: a new one begins where the stream could not go on, so that the client
    read the timeline anew, and may be told what it has read. `reasons` says why that was.
    """

    ports: Sequence[int]
    token: str
    turns: asyncio.Semaphore
    """Of those who ask for pages."""
    shown: set[str] = field(default_factory=set)
    told: list[list[str]] = field(default_factory=lambda: [[]])
    reasons: list[str] = field(default_factory=list)
    came_back: int = 0
    _cursor: str | None = None
    _later: deque[Any] = field(default_factory=deque)
    """Events that came while the client read a page."""
    _names: Iterator[int] = field(default_factory=itertools.count)

    async def follow(self, last: Collection[str]) -> None:
        """Follow until the last posts are shown."""
        while not self.shown.issuperset(last):
            with suppress(OSError, TimeoutError, Closed, Refused):
                await self._listen(last)
            self.came_back += 1
            await asyncio.sleep(random.uniform(*PAUSE))

    async def _listen(self, last: Collection[str]) -> None:
        async with connected(random.choice(self.ports), self.token, subscribing(HOME, {"after": self._cursor})) as socket:
            self._later.clear()
            while not self.shown.issuperset(last):
                message = self._later.popleft() if self._later else await _next(socket)
                await self._take(socket, _data(message)["homeTimeline"])

    async def _take(self, socket: Kept, event: Any) -> None:
        kind = event["__typename"]
        if kind == "TimelinePostAdded":
            text = event["post"]["text"]
            self.told[-1].append(text)
            self.shown.add(text)
        elif kind == "TimelineResync" or self._cursor is None:
            if kind == "TimelineResync":
                self.shown.difference_update(self.told[-1])  # as one that forgets all, but with fewer pages to read
                self.told.append([])
                self.reasons.append(event["reason"])
            await self._read_anew(socket)
        self._cursor = event["cursor"]

    async def _read_anew(self, socket: Kept) -> None:
        """Read the timeline from its first page, as far as it has what is not shown yet."""
        after = None
        while True:
            page = await self._page(socket, after)
            texts = [edge["node"]["text"] for edge in page["edges"]]
            assert len(set(texts)) == len(texts)
            if self.shown.issuperset(texts) or not page["pageInfo"]["hasNextPage"]:
                self.shown.update(texts)
                return
            self.shown.update(texts)
            after = page["pageInfo"]["endCursor"]

    async def _page(self, socket: Kept, after: str | None) -> Any:
        """Ask for a page until there is an answer.

        Raises:
            Closed: the connection ended before.
            TimeoutError: it is silent.

        """
        while True:
            with suppress(Refused):
                async with self.turns:
                    return await self._ask(socket, after)
            await asyncio.sleep(random.uniform(*PAUSE))

    async def _ask(self, socket: Kept, after: str | None) -> Any:
        name = f"page {next(self._names)}"
        socket.send(subscribing(PAGE, {"after": after}, name))
        while (message := await _next(socket))["id"] != name:
            self._later.append(message)
        return _data(message)["homeTimeline"]


@asynccontextmanager
async def connected(port: int, token: str, subscribe: bytes) -> AsyncIterator[Kept]:
    """Connect to a server; the connection is closed with the block."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SILENCE):
        _, socket = await loop.create_connection(lambda: Kept(port, token, subscribe), "127.0.0.1", port)
    try:
        yield socket
    finally:
        socket.leave()


async def _next(socket: Kept) -> Any:
    """Return the next message that is more than the end of a page."""
    while (message := await socket.next())["type"] == "complete" and message["id"] != OPERATION:
        continue
    return message


def _data(message: Any) -> Any:
    """Return the data of a message.

    Raises:
        Refused: a part of the server is down, so it is to be asked again.

    """
    assert message["type"] in {"next", "error"}, message
    errors = message["payload"] if message["type"] == "error" else message["payload"].get("errors")
    if not errors:
        return message["payload"]["data"]
    assert {error["extensions"]["code"] for error in errors} <= ASK_AGAIN, errors
    raise Refused
