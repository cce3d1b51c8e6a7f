"""The hub of a web process: one reader of the live stream, which hands each entry to those whom it may concern."""

import asyncio
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager

import structlog

from errors import Unavailable
from keyspace.live_stream import LiveStream
from services.events.backoff import TROUBLE, Backoff
from services.events.follow_events import FollowChanged
from services.live.entries import Entry, Resync, entries
from services.live.index import Index
from services.live.rounds import Rounds
from services.live.subscriber import Subscriber
from services.live.topics import follows_of, home_posts_of

BLOCK = 2_000
"""Milliseconds that one read waits for news; shorter than the time-out of the connection."""
BATCH = 500
"""Entries taken in one read."""
LONGEST_PAUSE = 1.0
"""Seconds to wait at most before asking a Redis that failed again: clients see the pause as a delay."""

log = structlog.get_logger(__name__)


class Hub:
    """Subscribers of this process by what may concern them, and the reader that serves them.

    The index only saves work: whoever takes an entry checks whether it is something to the viewer now. So an author who was added
    stays, and follows that are announced late or in the wrong order do no harm.
    """

    def __init__(self, stream: LiveStream, buffer: int) -> None:
        """Serve from a stream; `buffer` is the most entries that may wait for one subscriber."""
        self._stream, self._buffer = stream, buffer
        self.rounds = Rounds()
        self.index = Index()
        self._reading = False
        self._last: str | None = None
        """Cursor of the last entry read; empty before the first of a stream, None before the reader has begun."""

    @contextmanager
    def subscribed(self, topics: Iterable[Hashable]) -> Iterator[Subscriber]:
        """Open a subscription; from here on it misses nothing of the topics that it is given."""
        subscriber = Subscriber(self._buffer)
        self.index.add(subscriber, topics)
        try:
            yield subscriber
        finally:
            self.index.remove(subscriber)

    async def run(self) -> None:
        """Read the stream and serve subscribers until cancelled; when Redis goes and comes back, go on after the last entry."""
        self._reading = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.rounds.run(), name="live rounds")
                await self._read_for_ever()
        finally:
            self._reading = False

    async def ping(self) -> None:
        """Raise Unavailable when nothing reads the stream any more: this process serves no live events."""
        if not self._reading:
            raise Unavailable

    async def _read_for_ever(self) -> None:
        backoff = Backoff(LONGEST_PAUSE)
        while True:
            try:
                if self._last is None:
                    await self._begin()
                await self._read()
                backoff.reset()
            except TROUBLE as error:
                log.warning("live stream lost", error=type(error).__name__, retry_after=round(backoff.next, 2))
                await backoff.wait()

    async def _begin(self) -> None:
        """Start after the newest entry. Earlier subscribers are told to resync: they may have missed entries."""
        self._last = await self._stream.newest() or ""
        self._resync()

    async def _read(self) -> None:
        """Wait for new entries and dispatch them.

        The last entry is read again with them, as a check. If it is gone, the stream was emptied, or trimmed past this reader, so
        entries may be lost and subscribers are told to resync.
        """
        await self._stream.wait(self._last or None, BLOCK)
        found = await self._stream.since(self._last or None, BATCH)
        if self._last:
            if found and found[0].id.decode() == self._last:
                del found[0]
            else:
                log.warning("live stream broken", last=self._last)
                self._last = ""
                self._resync()
        for entry in entries(found):
            self._dispatch(entry)
            # A batch would fill the buffers of those who read as well, if they could not read until its end.
            await asyncio.sleep(0)
        if found:
            self._last = found[-1].id.decode()
            await self.rounds.caught_up(LONGEST_PAUSE)

    def _resync(self) -> None:
        for subscriber in self.index.subscribers:
            subscriber.offer(Resync())

    def _dispatch(self, entry: Entry) -> None:
        if isinstance(entry.what, FollowChanged):
            for subscriber in self.index.of(follows_of(entry.what.follower_key)):
                self.index.add(subscriber, [home_posts_of(entry.what.followed_key)])
        for topic in entry.topics:
            for subscriber in self.index.of(topic):
                subscriber.offer(entry)
