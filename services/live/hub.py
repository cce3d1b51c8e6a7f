"""The hub of a web process: one reader of the live stream, which hands each entry to those whom its author concerns."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from keyspace import keys
from services.live.entries import Entry, entry
from services.live.subscriber import Subscriber

BLOCK = 2_000
"""Milliseconds that one read waits for news; shorter than the time-out of the connection."""
BATCH = 500
"""Entries taken in one read."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Seconds to wait before asking a Redis that failed again."""

log = structlog.get_logger(__name__)


class Hub:
    """Subscribers of this process by the authors that concern them, and the reader that serves them."""

    def __init__(self, redis: Redis, buffer: int) -> None:
        """Take a client of its own, since a blocking read holds a connection; `buffer` is entries a subscriber."""
        self._redis, self._buffer = redis, buffer
        self._by_author: defaultdict[int, set[Subscriber]] = defaultdict(set)
        self._by_viewer: defaultdict[int, set[Subscriber]] = defaultdict(set)
        self._last = ""

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
            self.release(subscriber, set(subscriber.authors))
            _discard(self._by_viewer, viewer, subscriber)

    def concern(self, subscriber: Subscriber, authors: set[int]) -> None:
        """Let a subscriber hear of these authors."""
        subscriber.authors |= authors
        for author in authors:
            self._by_author[author].add(subscriber)

    def release(self, subscriber: Subscriber, authors: set[int]) -> None:
        """Let a subscriber hear no more of these authors."""
        subscriber.authors -= authors
        for author in authors:
            _discard(self._by_author, author, subscriber)

    async def run(self) -> None:
        """Read the stream until cancelled; when Redis goes and comes back, go on where the last entry was."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._begin()
                for found in await self._read():
                    self._dispatch(found)
                pause = FIRST_PAUSE
            except (RedisError, OSError) as error:
                log.warning("live stream lost", error=type(error).__name__, retry_after=round(pause, 2))
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE)

    async def close(self) -> None:
        """Close the connection of the reader."""
        await self._redis.aclose()

    async def _begin(self) -> None:
        """Begin at the newest entry there is; before the first one, at the beginning."""
        if not self._last:
            newest = await self._redis.xrevrange(keys.LIVE, count=1)
            self._last = newest[0][0].decode() if newest else "0-0"

    async def _read(self) -> list[Entry]:
        answer = await self._redis.xread({keys.LIVE: self._last}, count=BATCH, block=BLOCK)
        entries = [entry(cursor, fields) for _, found in answer for cursor, fields in found]
        if entries:
            self._last = entries[-1].cursor
        return entries

    def _dispatch(self, found: Entry) -> None:
        if found.type in ("follow.created", "follow.deleted"):
            change = self.concern if found.type == "follow.created" else self.release
            for subscriber in tuple(self._by_viewer.get(found.payload["followerKey"], ())):
                change(subscriber, {found.payload["followedKey"]})
            return
        for subscriber in tuple(self._by_author.get(found.payload["authorKey"], ())):
            subscriber.offer(found)


def _discard(index: dict[int, set[Subscriber]], key: int, subscriber: Subscriber) -> None:
    index[key].discard(subscriber)
    if not index[key]:
        del index[key]
