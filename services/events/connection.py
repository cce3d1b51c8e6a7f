"""Redis connections for loops that block: apart from those of requests, whose short limits would end a wait."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

BLOCK = 1_000
"""Milliseconds that a read waits for something new; a stopped worker waits no longer either."""
SOCKET_TIMEOUT = 4.0
"""Seconds without an answer after which a connection is given up: well above BLOCK, or every idle read would fail."""
CONNECTIONS = 128
"""Connections of a worker at most: one for each group that waits, and those of short commands."""


def blocking(redis: Redis) -> Redis:
    """Give a client of the same server with a pool of its own.

    It does not repeat a command: the loops that use it pause and try again themselves.
    """
    pool = redis.connection_pool
    options = {
        **pool.connection_kwargs,
        "socket_timeout": SOCKET_TIMEOUT,
        "decode_responses": False,
        "retry": Retry(NoBackoff(), 0),
    }
    # `from_pool`, because only then closing the client closes the connections.
    return Redis.from_pool(
        BlockingConnectionPool(
            connection_class=pool.connection_class, max_connections=CONNECTIONS, timeout=SOCKET_TIMEOUT, **options
        )
    )
