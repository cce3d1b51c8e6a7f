"""The hub of a web process: one reader of the live stream, which hands each entry to those whom its author concerns."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from errors import Unavailable
from keyspace import keys
from services.events.follow_events import FollowChanged
from services.events.user_events import UserUpdated
from services.live.entries import Entry, Resync, entries
from services.live.subscriber import Subscriber

BLOCK = 2_000
"""Milliseconds that one read waits for news; shorter than the time-out of the connection."""
BATCH = 500
"""Entries taken in one read."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Seconds to wait before asking a Redis that failed again."""

Found: TypeAlias = list[tuple[bytes, dict[bytes, bytes]]]
"""Entries as the client gives them, which types them for every protocol and decoding that there is."""

log = structlog.get_logger(__name__)


class Hub:
    """Subscribers of this process by the authors that may concern them, and the reader that serves them.

    Whom a viewer follows only says what is worth a look: who takes an entry asks whether the viewer follows its author now.
    So an author who came in stays, and follows that are announced late or in the wrong order do no harm.
    """

    def __init__(self, redis: Redis, buffer: int) -> None:
        """Take a client of its own, since a blocking read holds a connection; `buffer` is entries a subscriber."""
        self._redis, self._buffer = redis, buffer
        self._by_author: defaultdict[int, set[Subscriber]] = defaultdict(set)
        self._by_viewer: defaultdict[int, set[Subscriber]] = defaultdict(set)
        self._reading = False
        self._last: str | None = None
        """Cursor of the last entry read; empty before the first of a stream, None before the reader has begun."""

    @property
    def subscribers(self) -> int:
        """Count the open subscriptions."""
        return sum(map(len, self._by_viewer.values()))

    @contextmanager
    def subscribed(self, viewer: int) -> Iterator[Subscriber]:
        """Open a subscription; from here on it misses nothing of the authors that it is given."""
        subscriber = Subscriber(viewer, self._buffer)
        self._by_viewer[viewer].add(subscriber)
        try:
            self.concern(subscriber, {viewer})
            yield subscriber
        finally:
            for author in subscriber.authors:
                _discard(self._by_author, author, subscriber)
            _discard(self._by_viewer, viewer, subscriber)

    def concern(self, subscriber: Subscriber, authors: set[int]) -> None:
        """Let a subscriber hear of these authors."""
        subscriber.authors |= authors
        for author in authors:
            self._by_author[author].add(subscriber)

    async def run(self) -> None:
        """Read the stream until cancelled; when Redis goes and comes back, go on where the last entry was."""
        self._reading = True
        try:
            await self._read_for_ever()
        finally:
            self._reading = False

    async def ping(self) -> None:
        """Raise Unavailable when nothing reads the stream any more: this process serves no live events."""
        if not self._reading:
            raise Unavailable

    async def _read_for_ever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                if self._last is None:
                    await self._begin()
                await self._read()
                pause = FIRST_PAUSE
            except (RedisError, OSError) as error:
                log.warning("live stream lost", error=type(error).__name__, retry_after=round(pause, 2))
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE)

    async def close(self) -> None:
        """Close the connection of the reader."""
        await self._redis.aclose()

    async def _begin(self) -> None:
        """Begin behind the newest entry there is. Who subscribed before may have missed something."""
        newest: Found = await self._redis.xrevrange(keys.LIVE, count=1)  # type: ignore[assignment]
        self._last = newest[0][0].decode() if newest else ""
        self._resync()

    async def _read(self) -> None:
        """Wait for news and hand them on.

        The last entry is read once more with them: where it is gone, the stream was emptied, or trimmed beyond what this
        reader has seen, and nobody knows what was in between.
        """
        await self._redis.xread({keys.LIVE: self._last or "0-0"}, count=1, block=BLOCK)
        found: Found = await self._redis.xrange(keys.LIVE, min=self._last or "-", count=BATCH)  # type: ignore[assignment]
        if self._last:
            if found and found[0][0].decode() == self._last:
                del found[0]
            else:
                log.warning("live stream broken", last=self._last)
                self._last = ""
                self._resync()
        for entry in entries(found):
            self._dispatch(entry)
        if found:
            self._last = found[-1][0].decode()

    def _resync(self) -> None:
        for subscribers in self._by_viewer.values():
            for subscriber in subscribers:
                subscriber.offer(Resync())

    def _dispatch(self, entry: Entry) -> None:
        if isinstance(entry.what, FollowChanged):
            for subscriber in self._by_viewer.get(entry.what.follower_key, ()):
                self.concern(subscriber, {entry.what.followed_key})
        elif isinstance(entry.what, UserUpdated):
            for subscriber in self._by_viewer.get(entry.what.user_key, ()):
                subscriber.offer(entry)
        elif entry.author is not None:
            for subscriber in self._by_author.get(entry.author, ()):
                subscriber.offer(entry)


def _discard(index: dict[int, set[Subscriber]], key: int, subscriber: Subscriber) -> None:
    index[key].discard(subscriber)
    if not index[key]:
        del index[key]
