"""The live home timeline of one viewer: what was missed since a place in the stream, then what comes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from errors import Unauthenticated, Unavailable
from graph.driver import Graph
from keyspace.errors import CommandRefused
from keyspace.live_stream import LiveStream
from services.live.entries import Entry, Resync, Update, entries
from services.live.hub import Hub
from services.live.subscriber import Subscriber
from services.live.topics import account_of, follows_of, home_posts_of

MISSED_MAX = 5_000
"""Entries of the stream looked through for one who comes back; beyond it a page of the timeline is cheaper for both."""
JOINS = 16
"""Subscribers whose follows are read at once, so that the graph serves others while a thousand clients come back."""


@dataclass(frozen=True, slots=True)
class HomeStream:
    """Home timelines as streams."""

    hub: Hub
    graph: Graph
    stream: LiveStream
    _joins: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(JOINS), repr=False)

    async def __call__(self, viewer: int, after: tuple[int, int] | None) -> AsyncGenerator[Update, None]:
        """Yield what was missed after a place and then what comes, each event once and in order.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the graph cannot be reached.

        """
        async with self.joined(viewer, after) as subscriber:
            while True:
                yield await subscriber.next()

    @asynccontextmanager
    async def joined(self, viewer: int, after: tuple[int, int] | None) -> AsyncIterator[Subscriber]:
        """Subscribe a viewer until the block ends; what they missed after a place waits first.

        Authors are those whom the viewer followed at some time of the stream: whoever takes an entry checks the present.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the graph cannot be reached.

        """
        with self.hub.subscribed([home_posts_of(viewer), account_of(viewer), follows_of(viewer)]) as subscriber:
            async with self._joins:
                followed = await self.graph.read("follows/following_keys", viewer=viewer)
            if followed is None:
                raise Unauthenticated
            self.hub.index.add(subscriber, map(home_posts_of, followed))
            # Joined first, so what is not among the missed waits in the subscriber; what is in both is sent once.
            if after is not None:
                missed = await self._missed(after)
                topics = self.hub.index.keys_of(subscriber)
                concerning = None if missed is None else [entry for entry in missed if not topics.isdisjoint(entry.topics)]
                subscriber.missed([Resync()] if concerning is None else concerning)
            yield subscriber

    async def _missed(self, after: tuple[int, int]) -> list[Entry] | None:
        """Return the entries after a place, or None when its entry is no longer in the stream or too far back."""
        id_ = "{}-{}".format(*after)
        try:
            found = await self.stream.since(id_, MISSED_MAX + 2)
        except (Unavailable, CommandRefused):
            return None
        if not found or found[0].id.decode() != id_ or len(found) > MISSED_MAX + 1:
            return None
        return entries(found[1:])
