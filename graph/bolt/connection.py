"""One connection to Neo4j, on which many reads wait for their answers at the same time, or one write for its own.

What is asked in one turn of the event loop goes out in one write, and the server answers in the order of the questions. When one
fails, the server ignores all that came behind it until it is told to RESET; those are sent again at once, behind the RESET, so
that a failure is nobody's but its own.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from neo4j.exceptions import ServiceUnavailable

from errors import QueryTimeout
from graph.bolt.chunks import Chunks
from graph.bolt.exchange import Exchange, Opening, Reset, Skipped
from graph.bolt.messages import FAILURE, GOODBYE, IGNORED, RECORD, RESET, SUCCESS, Version, failure_of, fields_of

IDLE = 30.0
"""Seconds without a question after which the server is asked whether it is still there: some networks forget such connections."""
LAST_WORD = 1.0
"""Seconds that a connection may take to end politely."""
EXPIRED = (
    "Neo.ClientError.Security.AuthorizationExpired",
    "Neo.ClientError.Security.TokenExpired",
    "Neo.ClientError.Security.Unauthorized",
)
"""Codes that say that a connection is not authenticated any more."""


class Owner(Protocol):
    """Whoever has made a connection."""

    def has_room(self) -> None:
        """Learn that a connection may take more."""

    def has_expired(self) -> None:
        """Learn that connections must authenticate anew."""

    def is_lost(self, connection: "BoltConnection") -> None:
        """Learn that a connection has ended."""


class BoltConnection(asyncio.Protocol):
    """A connection in use. When it breaks, every waiting call fails, and it is not used again."""

    def __init__(self, transport: asyncio.Transport, version: Version, owner: Owner, patience: float) -> None:
        """Take a transport over on which a version was agreed; `patience` is in seconds, for a RESET."""
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._version = version
        self._owner = owner
        self._patience = patience
        self._chunks = Chunks()
        self._waiting: deque[Exchange | Skipped | Reset] = deque()
        self._unsent: list[bytes] = []
        self._moved_at = self._loop.time()
        """When the server last answered something, or was asked after a pause."""
        self._looks_at = self._moved_at + IDLE
        self._alarm = self._loop.call_at(self._looks_at, self._look_at_time)
        self._is_full = False
        self._is_retired = False
        self._broken = False
        self._lost = asyncio.Event()
        transport.set_protocol(self)

    @property
    def load(self) -> int:
        """How many answers are to come."""
        return len(self._waiting)

    @property
    def is_open(self) -> bool:
        """Whether it takes more: it is not broken, not about to close, and the server reads what is sent."""
        return not (self._broken or self._is_full or self._is_retired)

    @property
    def answers(self) -> "list[asyncio.Future[Any]]":
        """What callers wait for."""
        return [each.answer for each in self._waiting if isinstance(each, Exchange) and not each.answer.done()]

    def send(self, exchange: Exchange) -> None:
        """Send a request, and give its answer when it comes."""
        if not self._waiting:
            self._moved_at = self._loop.time()
        self._waiting.append(exchange)
        self._write(exchange.packed)
        if exchange.wait.until < self._looks_at:
            self._look_at(exchange.wait.until)

    def retire(self) -> None:
        """Take no more, and close once all is answered."""
        self._is_retired = True
        if not self._waiting:
            self.close()

    def close(self) -> None:
        """Say goodbye, and close; who still waits for an answer gets an error."""
        self._unsent.append(GOODBYE)
        self._send()
        self._end(ServiceUnavailable("The connection was closed."))
        self._transport.close()

    def give_up(self, exchange: Exchange) -> None:
        """Break the connection where it has this request, so that nothing more of it is sent."""
        if exchange in self._waiting:
            self._break(ServiceUnavailable("The server took too long."))

    async def wait_lost(self) -> None:
        """Wait until the connection has ended, which over TLS takes a message each way; at most for a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD):
                await self._lost.wait()
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Give the waiting calls their answers."""
        try:
            for message, at in self._chunks.messages(data):
                if self._broken:
                    return
                self._take(message, at)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            self._break(ServiceUnavailable(f"The server said something that nobody asked: {error!r}"))
            return
        self._moved_at = self._loop.time()
        if self._is_retired and not self._waiting:
            self.close()
        elif self.is_open:
            self._owner.has_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail every waiting call."""
        self._lost.set()
        self._end(ServiceUnavailable(f"The connection was lost: {exc or 'the server closed it'}"))

    def pause_writing(self) -> None:
        """Take no more for now: the server does not read what was sent."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Take more again."""
        self._is_full = False
        if self.is_open:
            self._owner.has_room()

    def _take(self, message: bytearray, at: int) -> None:
        tag, first = message[at + 1], self._waiting[0]
        if tag == RECORD and isinstance(first, Exchange) and first.may_return:
            self._keep_value(first, message, at)
        elif tag == FAILURE and isinstance(first, Exchange):
            self._fail(first, fields_of(message, at))
        elif tag == (IGNORED if isinstance(first, Skipped) else SUCCESS):
            first.summaries -= 1
            if not first.summaries:
                more = first.end(message, at) if isinstance(first, Exchange) else b""
                if more:
                    self._write(more)
                else:
                    self._waiting.popleft()
        else:
            self._break(ServiceUnavailable(f"The server answered {type(first).__name__} with {tag:#x}"))

    def _keep_value(self, first: Exchange, message: bytearray, at: int) -> None:
        """Decode a record, unless nobody waits for it any more."""
        if first.answer.done():
            return
        try:
            first.keep(fields_of(message, at)[0])
        except Exception as error:  # noqa: BLE001 the caller's, such as a value of a kind that nobody knows
            first.fail(error)

    def _fail(self, failed: Exchange, data: Mapping[str, Any]) -> None:
        """Tell the one whose statement failed, and send again what the server ignores because of it."""
        error = failure_of(data, self._version)
        self._waiting.popleft()
        if isinstance(failed, Opening):
            failed.fail(error)
            self._break(ServiceUnavailable(f"The server refused the connection: {error.code}"))
            return
        ignored = failed.summaries - 1 + sum(each.summaries for each in self._waiting)
        again = [each for each in self._waiting if isinstance(each, Exchange) and not each.answer.done()]
        self._waiting.clear()
        if ignored:
            self._waiting.append(Skipped(ignored, self._patience))
        self._waiting.append(Reset(self._patience))
        self._waiting.extend(again)
        for packed in (RESET, *(each.packed for each in again)):
            self._write(packed)
        failed.refuse(error)
        if error.code in EXPIRED:
            self._owner.has_expired()

    def _write(self, packed: bytes) -> None:
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(packed)

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, []
        if not self._broken:
            self._transport.write(b"".join(unsent))

    def _look_at(self, when: float) -> None:
        self._alarm.cancel()
        self._looks_at = when
        self._alarm = self._loop.call_at(when, self._look_at_time)

    def _look_at_time(self) -> None:
        """Tell those who have waited for too long, break the connection of a silent server, and ask one that idles."""
        now = self._loop.time()
        if not self._waiting:
            if now >= self._moved_at + IDLE:
                self._moved_at = now
                self._waiting.append(Reset(self._patience))
                self._write(RESET)
            self._look_at(self._moved_at + (self._patience if self._waiting else IDLE))
            return
        silent_at = self._moved_at + self._waiting[0].patience
        if now >= silent_at:
            if isinstance(first := self._waiting[0], Exchange):
                first.fail(QueryTimeout())
            self._break(ServiceUnavailable("The server does not answer."))
            return
        waiting = [each for each in self._waiting if isinstance(each, Exchange) and not each.answer.done()]
        for each in waiting:
            if each.wait.until <= now:
                each.fail(QueryTimeout())
        self._look_at(min([silent_at, *(each.wait.until for each in waiting if each.wait.until > now)]))

    def _break(self, error: Exception) -> None:
        """Give the connection up at once."""
        self._end(error)
        self._transport.abort()

    def _end(self, error: Exception) -> None:
        """Take no more, and fail whoever waits."""
        if self._broken:
            return
        self._broken = True
        self._alarm.cancel()
        waiting, self._waiting = self._waiting, deque()
        self._owner.is_lost(self)
        for each in waiting:
            if isinstance(each, Exchange):
                each.fail(error)
