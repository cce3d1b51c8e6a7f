"""Ends the connections of a process whose session, or whose token of a program, was revoked, wherever that was done."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from keyspace.revocations import RevocationChannel
from services.events.backoff import TROUBLE, Backoff

CHECK_EVERY = 10.0
"""Seconds between two looks at everything that is open, for messages that got lost."""
AT_ONCE = 500
"""Most ids that one lookup has."""
LONGEST_PAUSE = 1.0
"""Seconds to wait at most before a Redis that failed is listened to again."""

log = structlog.get_logger(__name__)


class Connections(Protocol):
    """The open connections of a process, by the ids of what they came with."""

    @property
    def ids(self) -> Sequence[str]:
        """What may be revoked."""

    def end(self, id_: str) -> None:
        """End what came with this id."""


@dataclass(frozen=True, slots=True)
class RevocationWatch:
    """Listens to revocations, and looks everything up whenever some may have been missed: at first, after a break, and at times.

    `revoked` returns those of some ids that are good no more.
    """

    channel: RevocationChannel
    connections: Connections
    revoked: Callable[[Sequence[str]], Awaitable[Collection[str]]]

    async def run(self) -> None:
        """Watch until cancelled. While Redis is away, tokens of programs are looked up in the graph, and sessions believed."""
        backoff = Backoff(LONGEST_PAUSE)
        while True:
            try:
                await self._listen(backoff)
            except TROUBLE as error:
                log.info("revocations_not_heard", error=type(error).__name__, retry_after=round(backoff.next, 2))
            with suppress(*TROUBLE):
                await self.check()
            await backoff.wait()

    async def check(self) -> None:
        """Look up everything that is open, and end what was revoked.

        Raises:
            Unavailable: `revoked` says that nobody can say.

        """
        ids = self.connections.ids
        for at in range(0, len(ids), AT_ONCE):
            for id_ in await self.revoked(ids[at : at + AT_ONCE]):
                self.connections.end(id_)

    async def _listen(self, backoff: Backoff) -> None:
        loop = asyncio.get_running_loop()
        async with self.channel.listening() as next_id:
            due = 0.0
            while True:
                if loop.time() >= due:
                    with suppress(*TROUBLE):  # the graph may be away, and what is told is heard all the same
                        await self.check()
                        backoff.reset()
                    due = loop.time() + CHECK_EVERY
                if (id_ := await next_id(max(0.0, due - loop.time()))) is not None:
                    self.connections.end(id_)
