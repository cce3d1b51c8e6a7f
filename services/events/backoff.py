"""Pauses between attempts to reach a server that is down: longer each time, and never the same in two workers."""

import asyncio
import random
from dataclasses import dataclass, field

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from errors import QueryTimeout, Unavailable

TROUBLE = (Unavailable, RedisError, OSError)
"""What the graph and Redis raise while they cannot be reached."""
FIRST = 0.05
"""Seconds of the first pause, since most troubles are one broken connection."""
LONGEST = 2.0
"""Seconds of the longest pause, so that a part that returns is found again at once."""


def is_outage(error: Exception) -> bool:
    """Tell whether a handler failed only because a server is away. A query that takes too long is not an outage."""
    away = (Unavailable, RedisConnectionError, RedisTimeoutError)
    return isinstance(error, away) and not isinstance(error, QueryTimeout)


def jittered(seconds: float) -> float:
    """Give between half of a pause and the whole of it."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing


@dataclass(slots=True)
class Backoff:
    """The pauses of one loop."""

    next: float = field(default=FIRST)

    async def wait(self) -> None:
        """Pause, and make the next pause twice as long."""
        await asyncio.sleep(jittered(self.next))
        self.next = min(LONGEST, self.next * 2)

    def reset(self) -> None:
        """Begin again with the shortest, after something worked."""
        self.next = FIRST
