"""One connection to Redis that all requests of a process share.

What is asked in one turn of the event loop goes out in one write, and the replies come back in the same order, so that a round
trip costs a twelfth of what it costs on a connection taken from a pool. Redis itself runs one command after the other whoever
asks; only what blocks on purpose needs a connection of its own.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

from hiredis import PushNotification, Reader, pack_command
from redis.asyncio import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import InvalidResponse, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from keyspace.connections import PromptConnection, ReadySocket

Command: TypeAlias = Sequence[bytes | str | int | float]

MOST_WAITING = 10_000
"""Commands that may wait for their replies at once; more are refused before they fill memory."""
MOST_UNSENT = 67_108_864
"""Bytes that may wait to be sent to a Redis that does not read."""
_INCOMPLETE: Final = object()


class SentOnce(bytes):
    """A word that Redis must not get a second time. Where its command is sent again, another word stands in its place."""

    __slots__ = ()

    def another(self) -> bytes:
        """Return the word to send instead."""
        raise NotImplementedError


def sent_again(command: Command) -> Command:
    """Return a command as it is sent a second time."""
    return [word.another() if isinstance(word, SentOnce) else word for word in command]


class TooManyWait(RedisError):
    """Too many calls wait for Redis already, so this one is not sent. Redis itself is not gone."""


class PipelinedConnection(asyncio.Protocol):
    """A connection in use. When it breaks, every waiting call fails, and it is not used again."""

    def __init__(self, ready: ReadySocket, timeout: float) -> None:
        """Take a connection over; `timeout` is in seconds, for each reply."""
        self._loop = asyncio.get_running_loop()
        self._transport = ready.writer.transport
        self._writer = ready.writer  # which would close the transport if it were let go
        self._timeout = timeout
        self._replies = Reader(
            protocolError=InvalidResponse, replyError=ready.error_of, notEnoughData=_INCOMPLETE
        )
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._unsent: list[bytes] = []
        self._alarm: asyncio.TimerHandle | None = None
        self.broken = False
        self._lost = asyncio.Event()
        self._transport.set_protocol(self)

    def ask_all(self, packed: Sequence[bytes]) -> list[asyncio.Future[Any]]:
        """Send commands, all or none, and return the futures of their replies.

        Raises:
            redis.exceptions.ConnectionError: it is broken.
            TooManyWait: there is no room.

        """
        if self.broken or self._transport.is_closing():
            raise RedisConnectionError("Connection closed")
        if len(self._waiting) + len(packed) > MOST_WAITING or self._transport.get_write_buffer_size() > MOST_UNSENT:
            raise TooManyWait
        return [self._ask(each) for each in packed]

    def _ask(self, packed: bytes) -> asyncio.Future[Any]:
        reply: asyncio.Future[Any] = self._loop.create_future()
        now = self._loop.time()
        self._waiting.append((reply, now + self._timeout))
        if self._alarm is None:
            self._alarm = self._loop.call_at(now + self._timeout, self._look_at_time)
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(packed)
        return reply

    def close(self) -> None:
        """Close the connection."""
        self._break(RedisConnectionError("Connection closed"))

    async def wait_lost(self) -> None:
        """Wait until the connection has ended, which over TLS takes a message each way; at most for the time of a reply."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout):
                await self._lost.wait()

    def data_received(self, data: bytes) -> None:
        """Set the results of the waiting calls."""
        replies, waiting = self._replies, self._waiting
        try:
            replies.feed(data)
            while (answer := replies.gets()) is not _INCOMPLETE:
                if isinstance(answer, PushNotification):  # some servers announce their maintenance so
                    continue
                reply, _ = waiting.popleft()
                if reply.done():  # cancelled: nobody waits for it any more
                    continue
                if isinstance(answer, Exception):
                    reply.set_exception(answer)
                else:
                    reply.set_result(answer)
        except (InvalidResponse, IndexError) as error:
            self._break(RedisConnectionError(f"Redis said something that nobody asked: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail every waiting call."""
        self._lost.set()
        self._break(RedisConnectionError(f"Connection lost: {exc or 'closed by Redis'}"))

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, []
        if not self.broken:
            self._transport.write(b"".join(unsent))

    def _look_at_time(self) -> None:
        """Break the connection when the oldest command has waited too long; else look again when its time is over."""
        self._alarm = None
        if not self._waiting:
            return
        _, due = self._waiting[0]
        if due <= self._loop.time():
            self._break(RedisTimeoutError("Timeout reading from socket"))
        else:
            self._alarm = self._loop.call_at(due, self._look_at_time)

    def _break(self, error: Exception) -> None:
        self.broken = True
        self._writer.close()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        waiting, self._waiting = self._waiting, deque()
        for reply, _ in waiting:
            if not reply.done():
                reply.set_exception(error)


async def connected(pool: ConnectionPool, timeout: float) -> PipelinedConnection:
    """Return a new connection; `timeout` is in seconds, for connecting and for each reply.

    Raises:
        redis.exceptions.RedisError: Redis refuses us, or did not answer in time.
        OSError: it cannot be reached.

    """
    connection = pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py has no types here
    assert isinstance(connection, PromptConnection)
    try:
        async with asyncio.timeout(timeout):  # redis-py would take as long for each of its steps and tries
            await connection.connect()  # type: ignore[no-untyped-call]  # nor here
    except TimeoutError as error:
        await connection.disconnect(nowait=True)
        raise RedisTimeoutError("Timeout connecting to server") from error
    return PipelinedConnection(connection.handed_over(), timeout)


def _packed(commands: Iterable[Command]) -> list[bytes]:
    return [pack_command(tuple(command)) for command in commands]  # type: ignore[arg-type]  # of any length


class SharedConnection:
    """The shared connection, made when it is first needed and again when it broke."""

    def __init__(self, pool: ConnectionPool, timeout: float) -> None:
        """Connect as the pool does; `timeout` is in seconds, for each reply."""
        self._pool = pool
        self._timeout = timeout
        self._connection: PipelinedConnection | None = None
        self._connecting: asyncio.Task[PipelinedConnection] | None = None
        self._closed = False

    async def ask_all(self, commands: Sequence[Command]) -> list[Any]:
        """Return the replies to commands that are sent together; the first error among them is raised.

        Where the connection breaks, they are sent once more on another: Redis may have been started anew since. The first time
        may have done its work, so they must bear being done twice, but for words that are `SentOnce`.

        Raises:
            redis.exceptions.RedisError: Redis refuses one, is gone, or did not reply in time.

        """
        try:
            return await self._asked(_packed(commands))
        except RedisConnectionError:
            return await self._asked(_packed(map(sent_again, commands)))

    async def close(self) -> None:
        """Close the connection for good."""
        self._closed = True
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        if self._connection is not None:
            self._connection.close()
            await self._connection.wait_lost()

    async def _asked(self, packed: Sequence[bytes]) -> list[Any]:
        connection = self._connection
        if connection is None or connection.broken:
            connection = await self._connected()
        replies = connection.ask_all(packed)
        if len(replies) == 1:
            return [await replies[0]]
        return await asyncio.gather(*replies)

    async def _connected(self) -> PipelinedConnection:
        """Return the connection that is being made; all callers share one attempt.

        A caller that is cancelled does not cancel the attempt. `close` does, and then callers get an error, not a cancellation.
        """
        if self._closed:
            raise RedisConnectionError("Connection closed")
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="connecting to Redis")
            self._connecting.add_done_callback(self._forget)
        connecting = self._connecting
        await asyncio.wait([connecting])
        if connecting.cancelled():
            raise RedisConnectionError("Connection closed")
        return connecting.result()

    async def _connect(self) -> PipelinedConnection:
        self._connection = await connected(self._pool, self._timeout)
        return self._connection

    def _forget(self, connecting: "asyncio.Task[PipelinedConnection]") -> None:
        self._connecting = None
        if not connecting.cancelled():
            connecting.exception()  # those who wait have it
