"""Lets all connections of a load generator ask at the same time, each once, whenever Redis has been emptied."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import urlsplit


@dataclass(slots=True)
class Redis:
    """A connection that empties Redis."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to the address, with the password in it."""
        address = urlsplit(url)
        redis = cls(*await asyncio.open_connection(address.hostname, address.port))
        if address.password:
            await redis._do(b"AUTH", address.password.encode())
        return redis

    async def empty(self) -> None:
        """Forget everything in it."""
        await self._do(b"FLUSHALL")

    async def _do(self, *words: bytes) -> None:
        self.writer.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        answer = await self.reader.readline()
        if not answer.startswith(b"+OK"):
            raise RuntimeError(f"Redis answered {answer!r}")


class Asker(Protocol):
    """A connection that has its answer."""

    def ask(self) -> None:
        """Send the next request."""

    def close(self) -> None:
        """End."""


@dataclass(slots=True)
class Together:
    """The connections that have their answer, and the seconds in which answers were awaited."""

    connections: int
    ready: list[Asker] = field(default_factory=list)
    seconds: float = 0.0
    last: float = 0.0
    _all: asyncio.Event = field(default_factory=asyncio.Event)

    def is_ready(self, connection: Asker) -> None:
        """Take a connection that may ask; once all are there, they do."""
        self.ready.append(connection)
        self.last = time.perf_counter()
        if len(self.ready) == self.connections:
            self._all.set()

    async def run(self, redis_url: str, ends: float) -> None:
        """Empty Redis and let all ask, once and until the time is over; then let them close."""
        redis = await Redis.open(redis_url)
        await self._all.wait()
        while not self.seconds or time.perf_counter() < ends:
            await redis.empty()
            self._all.clear()
            asking, self.ready = self.ready, []
            began = time.perf_counter()
            for connection in asking:
                connection.ask()
            await self._all.wait()
            self.seconds += self.last - began
        redis.writer.close()
        for connection in self.ready:
            connection.close()
