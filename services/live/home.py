"""The live home timeline of one viewer: what was missed since a place in the stream, then what comes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from errors import Unauthenticated, Unavailable
from graph.driver import Graph
from keyspace.errors import CommandRefused
from keyspace.live_stream import LiveStream
from services.live.entries import Entry, Update, after, entries, may_be_about
from services.live.hub import Hub
from services.live.notices import Resync, ResyncReason, Started
from services.live.places import StreamPlace, id_of
from services.live.subscriber import Subscriber
from services.live.topics import account_of, follows_of, home_posts_of

MISSED_MAX = 5_000
"""Entries of the stream looked through for one who comes back; beyond it a page of the timeline is cheaper for both."""
RESUMES = 4
"""Subscribers who look through what they missed at once: each holds up to 5 MB of the stream meanwhile."""
AT_ONCE = 250
"""Entries looked through before others have their turn: about a millisecond."""
JOINS = 16
"""Subscribers whose follows are read at once, so that the graph serves others while a thousand clients come back."""


@dataclass(frozen=True, slots=True)
class HomeStream:
    """Home timelines as streams."""

    hub: Hub
    graph: Graph
    stream: LiveStream
    _joins: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(JOINS), repr=False)
    _resumes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(RESUMES), repr=False)

    async def __call__(self, viewer: int, since: StreamPlace | None) -> AsyncGenerator[Update, None]:
        """Yield what was missed since a place and then what comes, each event once and in order, and first where it begins.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the graph cannot be reached, or Redis since this process runs.

        """
        async with self.joined(viewer, since) as subscriber:
            while True:
                yield await subscriber.next()

    @asynccontextmanager
    async def joined(self, viewer: int, since: StreamPlace | None) -> AsyncIterator[Subscriber]:
        """Subscribe a viewer until the block ends. What is told first waits already: where it begins, and what was missed.

        Authors are those whom the viewer followed at some time of the stream: whoever takes an entry checks the present.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the graph cannot be reached, or Redis since this process runs.

        """
        with self.hub.subscribed([home_posts_of(viewer), account_of(viewer), follows_of(viewer)]) as subscriber:
            async with self._joins:
                followed = await self.graph.read("follows/following_keys", viewer=viewer)
            if followed is None:
                raise Unauthenticated
            self.hub.index.add(subscriber, map(home_posts_of, followed))
            # Joined first, so what is not among the missed waits in the subscriber; what is in both is sent once.
            missed: Sequence[Entry] | ResyncReason = []
            if since is not None:
                async with self._resumes:
                    missed = await self._missed(since, subscriber)
            here = await self.hub.place()
            if isinstance(missed, ResyncReason):
                subscriber.begin(Resync(missed, here))
            else:
                subscriber.begin(Started(since or here), missed)
            yield subscriber

    async def _missed(self, since: StreamPlace, subscriber: Subscriber) -> Sequence[Entry] | ResyncReason:
        """Return the entries after a place that may concern a subscriber, or why they cannot be told."""
        try:
            epoch, found = await self.stream.since(id_of(since), MISSED_MAX + 2)
        except (Unavailable, CommandRefused):
            return ResyncReason.UNAVAILABLE
        missed = after(since, epoch, found)
        if isinstance(missed, ResyncReason):
            return missed
        if len(missed) > MISSED_MAX:
            return ResyncReason.TOO_MANY
        topics, concerning = self.hub.index.keys_of(subscriber), list[Entry]()
        for first in range(0, len(missed), AT_ONCE):
            # Most are of people whom the viewer does not follow, so they are passed over before they are read.
            some = (each for each in missed[first : first + AT_ONCE] if may_be_about(each.fields, topics))
            concerning += (entry for entry in entries(since[0], some) if not topics.isdisjoint(entry.topics))
            await asyncio.sleep(0)
        return concerning
