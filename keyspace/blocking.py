"""Connections for commands that wait on purpose: apart from the shared one, which they would hold up, and with longer limits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from hiredis import pack_command
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from keyspace.errors import translated
from keyspace.pipelined import PipelinedConnection, connected

BLOCK = 1_000
"""Milliseconds that a read waits for something new; a stopped worker waits no longer either."""
SOCKET_TIMEOUT = 4.0
"""Seconds without a reply after which a connection is given up: well above every wait, or each idle read would fail."""


class BlockingConnections:
    """Connections to one Redis, one for each command that waits: those of a process are its groups and its hub.

    A command is not repeated: the loops that wait pause and try again themselves.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        """Connect when first used, to the same Redis as `pool` does."""
        self._pool = pool
        self._idle: list[PipelinedConnection] = []
        self._open: set[PipelinedConnection] = set()
        self._closed = False

    async def command(self, *words: bytes | str | float) -> Any:
        """Run one command and return its reply as Redis writes it. Cancelled, it takes its connection with it.

        Raises:
            Unavailable: Redis does not answer.
            CommandRefused: Redis refuses it.

        """
        packed = pack_command(words)  # type: ignore[arg-type]  # of any length
        try:
            connection = await self._taken()
            (reply,) = connection.ask_all([packed])
            try:
                return await reply
            finally:
                self._give_back(connection, is_answered=reply.done() and not reply.cancelled())
        except (RedisError, OSError) as error:
            raise translated(error) from error

    @asynccontextmanager
    async def subscribed(self, channel: str) -> AsyncIterator[Callable[[float], Awaitable[bytes | None]]]:
        """Subscribe to a channel. The function waits so many seconds for a message and returns it, None if none came.

        The first call returns an empty one at once: something may have been published before.

        Raises:
            Unavailable: Redis does not answer, here or in the function.

        """
        options = {**self._pool.connection_kwargs, "socket_timeout": SOCKET_TIMEOUT, "retry": Retry(NoBackoff(), 0)}
        # `from_pool`, because only then closing the client closes the connection.
        redis = Redis.from_pool(ConnectionPool(connection_class=self._pool.connection_class, **options))

        async def next_message(seconds: float) -> bytes | None:
            message = await messages.get_message(timeout=seconds)
            if message is None:
                return None
            return bytes(message["data"]) if message["type"] == "message" else b""

        try:
            async with redis, redis.pubsub() as messages:
                await messages.subscribe(channel)
                yield next_message
        except (RedisError, OSError) as error:
            raise translated(error) from error

    async def close(self) -> None:
        """Close the connections for good."""
        self._closed = True
        ending = [*self._open]
        for each in ending:
            self._end(each)
        await asyncio.gather(*(each.wait_lost() for each in ending))

    async def _taken(self) -> PipelinedConnection:
        """Return a connection that nobody else uses."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.broken:
                return connection
            self._open.discard(connection)
        if self._closed:
            raise RedisConnectionError("Connection closed")
        connection = await connected(self._pool, SOCKET_TIMEOUT)
        self._open.add(connection)
        return connection

    def _give_back(self, connection: PipelinedConnection, *, is_answered: bool) -> None:
        """Keep a connection for the next command, unless a reply is still to come on it."""
        if is_answered and not connection.broken and not self._closed:
            self._idle.append(connection)
        else:
            self._end(connection)

    def _end(self, connection: PipelinedConnection) -> None:
        self._open.discard(connection)
        connection.close()
