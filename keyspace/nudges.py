"""Nudges: after a commit, a process wakes the relay. A nudge that is lost does no harm: the relay looks by itself as well."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.keys import NUDGES

Next = Callable[[float], Awaitable[bool]]
"""Waits so many seconds for a nudge, and returns whether one came."""


@dataclass(frozen=True, slots=True)
class Nudges:
    """The channel of nudges. Methods raise Unavailable while Redis does not answer."""

    keyspace: Keyspace
    blocking: BlockingConnections

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Next]:
        """Listen for the length of a block. The first call returns True: nudges may have been missed before."""
        async with self.blocking.subscribed(NUDGES) as next_message:

            async def next_nudge(seconds: float) -> bool:
                return await next_message(seconds) is not None

            yield next_nudge
