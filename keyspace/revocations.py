"""The channel on which processes tell each other what was revoked, so that each ends its connections at once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.keys import REVOCATIONS

Next = Callable[[float], Awaitable[str | None]]
"""Waits so many seconds for the id of something that was revoked, and returns it; None if none came."""


@dataclass(frozen=True, slots=True)
class RevocationChannel:
    """The channel. A message may get lost, so who listens also looks by itself. Methods raise Unavailable without Redis."""

    keyspace: Keyspace
    blocking: BlockingConnections

    async def announce(self, id_: str) -> None:
        """Tell every process that listens that a session of this mark, or the token of a program of this id, was revoked."""
        await self.keyspace.command("PUBLISH", REVOCATIONS, id_)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Next]:
        """Listen for the length of a block. What was revoked before is not told."""
        async with self.blocking.subscribed(REVOCATIONS) as next_message:

            async def next_id(seconds: float) -> str | None:
                message = await next_message(seconds)
                return message.decode() if message else None

            yield next_id
