"""Turns: the writes of one user run one after the other, since each takes that user's lock in the graph.

Without turns, a storm of writes on few users waits within the graph: each holds a connection, so that others find none, and
many wait for locks until their time is over. Here they wait in order and hold nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from errors import Unavailable

AT_ONCE = 20
"""Writes of one process that run at a time: fewer than there are connections for writes, so that what workers write finds some,
and half of the default pool of the driver, so that reads do where all goes by it."""
IN_LINE = 200
"""Writes of one user that may wait: more than any client of theirs sends, and seconds of work."""


@dataclass(slots=True)
class _Line:
    """Those who wait for one user."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Turns:
    """The lines of one process. Other processes have their own; between them the graph's locks decide."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Let so many writes run at a time."""
        self._places = asyncio.Semaphore(at_once)
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, person: str, seconds: float) -> AsyncIterator[None]:
        """Wait for a user's turn, at most so many seconds, and keep it until the block ends.

        Raises:
            Unavailable: the line is too long, or did not move in time. Nothing was sent.

        """
        line = self._lines.setdefault(person, _Line())
        if line.length >= IN_LINE:
            raise Unavailable
        line.length += 1
        try:
            await _acquired(line.lock, seconds)
            try:
                await _acquired(self._places, seconds)
                try:
                    yield
                finally:
                    self._places.release()
            finally:
                line.lock.release()
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[person]


async def _acquired(gate: asyncio.Lock | asyncio.Semaphore, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await gate.acquire()
    except TimeoutError as error:
        raise Unavailable from error
