"""The live home timeline of one viewer: a stream of all whom they follow, and of the hashtags."""

import asyncio
from dataclasses import dataclass, field

from errors import TooManyOperations, Unauthenticated
from graph.driver import Graph
from services.live.joining import LiveJoining
from services.live.places import StreamPlace
from services.live.subscriber import Subscriber
from services.live.topics import account_of, follows_of, hashtag_of, home_posts_of

JOINS = 16
"""Subscribers whose follows are read at once, so that the graph serves others while a thousand clients come back."""
TOPICS_MAX = 250_000
"""Topics that concern all streams of one viewer in a process: 33 home timelines of somebody who follows 7,500, some 20 MB."""


@dataclass(frozen=True, slots=True)
class HomeStream:
    """Home timelines as streams."""

    joining: LiveJoining
    graph: Graph
    _joins: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(JOINS), repr=False)

    async def join(self, subscriber: Subscriber, viewer: int, since: StreamPlace | None) -> None:
        """Let a viewer's home timeline concern a subscriber. What is told first waits then: a beginning, and what was missed.

        Authors are those whom the viewer followed at some time of the stream: whoever takes an entry checks the present. Hashtags
        are those of the present: a stream tells when one is followed no longer.

        Raises:
            TooManyOperations: their streams hold as much of this process as they may.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the graph cannot be reached, or Redis since this process runs.

        """
        index, subscriber.reads_lists = self.joining.hub.index, True
        index.add(subscriber, [home_posts_of(viewer), account_of(viewer), follows_of(viewer)])
        async with self._joins:
            row = await self.graph.read("feed/stream_topics", viewer=viewer)
        if row is None:
            raise Unauthenticated
        followed, hashtags = row
        if index.count(index.of(account_of(viewer))) + len(followed) + len(hashtags) > TOPICS_MAX:
            raise TooManyOperations("Your open streams are about as many people as they may be: end some.")
        index.add(subscriber, map(home_posts_of, followed))
        index.add(subscriber, map(hashtag_of, hashtags))
        await self.joining.begin(subscriber, since)
