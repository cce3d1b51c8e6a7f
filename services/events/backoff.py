"""Pauses between attempts to reach a server that is down: longer each time, and never the same in two processes."""

import asyncio
import random
from dataclasses import dataclass, field

from errors import QueryTimeout, Unavailable
from keyspace.errors import CommandRefused

TROUBLE = (Unavailable, CommandRefused)
"""What the graph and Redis raise while a loop cannot go on. Loops pause and try again: operators may mend a server meanwhile."""
FIRST = 0.05
"""Seconds of the first pause, since most troubles are one broken connection."""
LONGEST = 2.0
"""Seconds of the longest pause, so that a server that returns is found again at once."""


def is_outage(error: Exception) -> bool:
    """Return whether a handler failed only because a server is away. A query that takes too long is not an outage."""
    return isinstance(error, Unavailable) and not isinstance(error, QueryTimeout)


def jittered(seconds: float) -> float:
    """Return a random time between half of a pause and the whole of it."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing


@dataclass(slots=True)
class Backoff:
    """The pauses of one loop, of at most `longest` seconds."""

    longest: float = LONGEST
    next: float = field(default=FIRST, init=False)

    async def wait(self) -> None:
        """Pause, and make the next pause twice as long."""
        await asyncio.sleep(jittered(self.next))
        self.next = min(self.longest, self.next * 2)

    def reset(self) -> None:
        """Begin again with the shortest pause, after something worked."""
        self.next = FIRST
