"""Connections for commands that wait on purpose: apart from the shared one, which they would hold up, and with longer limits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from keyspace.errors import translated

BLOCK = 1_000
"""Milliseconds that a read waits for something new; a stopped worker waits no longer either."""
SOCKET_TIMEOUT = 4.0
"""Seconds without a reply after which a connection is given up: well above every wait, or each idle read would fail."""
CONNECTIONS = 128
"""Connections of a process at most: one for each group that waits, the relay's channel, and the hub's."""


class BlockingConnections:
    """A pool of connections to one Redis. A command is not repeated: the loops that wait pause and try again themselves."""

    def __init__(self, pool: ConnectionPool) -> None:
        """Connect when first used, to the same Redis as `pool` does."""
        options = {
            **pool.connection_kwargs,
            "socket_timeout": SOCKET_TIMEOUT,
            "retry": Retry(NoBackoff(), 0),
        }
        # `from_pool`, because only then closing the client closes the connections.
        self._redis = Redis.from_pool(
            BlockingConnectionPool(
                connection_class=pool.connection_class, max_connections=CONNECTIONS, timeout=SOCKET_TIMEOUT, **options
            )
        )
        self._redis.response_callbacks.clear()  # replies stay as Redis writes them, as those of `Keyspace` do

    async def command(self, *words: bytes | str | float) -> Any:
        """Run one command and return its reply as Redis writes it.

        Raises:
            Unavailable: Redis does not answer.
            CommandRefused: Redis refuses it.

        """
        try:
            return await self._redis.execute_command(*words)  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as error:
            raise translated(error) from error

    @asynccontextmanager
    async def subscribed(self, channel: str) -> AsyncIterator[Callable[[float], Awaitable[bool]]]:
        """Subscribe to a channel. The function waits so many seconds for a message and returns whether one came.

        The first call returns True at once: something may have been published before.

        Raises:
            Unavailable: Redis does not answer, here or in the function.

        """

        async def next_message(seconds: float) -> bool:
            return await messages.get_message(timeout=seconds) is not None

        try:
            async with self._redis.pubsub() as messages:
                await messages.subscribe(channel)
                yield next_message
        except (RedisError, OSError) as error:
            raise translated(error) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
