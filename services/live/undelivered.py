"""New posts that were announced, and may not be on every home timeline yet.

The announcer and fan-out act on the same events, each in its own time. So a stream may begin behind the entry of a post that
is not on the page which its client reads then. What is here comes after such a beginning: perhaps by both ways, never by none.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from keyspace.stream_entries import StreamEntry
from services.events.backoff import TROUBLE
from services.events.post_events import PostCreated
from services.live.entries import Entry, Update, entries
from services.live.places import StreamPlace, earlier, place_of

MOST = 5_000
"""Posts that are kept at most: as many entries as one who comes back may be told. Beyond it the oldest goes."""
LIFE = 600.0
"""Seconds for which a post is kept whose delivery is not known to end, such as one whose event became a dead letter."""
LOOK_EVERY = 1.0
"""Seconds between looks for those that were delivered meanwhile."""
AT_ONCE = 50
"""Entries that are read before others have their turn: about a millisecond."""
CREATED = PostCreated.type.encode()
ASKED = 500
"""Posts that are asked for in one call: half a millisecond of Redis."""

Delivered: TypeAlias = Callable[[Sequence[str]], Awaitable[Collection[str]]]
"""Returns which of some posts every page has whose reader is to see them."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class UndeliveredPost:
    """A new post by its id, its entry, the place of the entry before that, and when it came, by the clock of this process."""

    post: str
    entry: Entry
    before: StreamPlace
    since: float


class Undelivered:
    """Posts among the newest entries, in their order, for all subscribers of a process."""

    def __init__(self, delivered: Delivered) -> None:
        """Begin with none; `delivered` is asked how far their delivery is."""
        self._delivered = delivered
        self._posts: dict[StreamPlace, UndeliveredPost] = {}
        self._left_out = 0

    def __iter__(self) -> Iterator[UndeliveredPost]:
        """Iterate over them."""
        return iter(self._posts.values())

    def add(self, entry: Entry, before: StreamPlace) -> None:
        """Add an entry that is announced now, if it is of a new post for home timelines; `before` is the place before it."""
        if isinstance(entry.what, PostCreated) and entry.what.home:
            self._posts[entry.place] = UndeliveredPost(entry.what.post_id, entry, before, time.monotonic())
            if len(self._posts) > MOST:
                self._posts.pop(next(iter(self._posts)))
                self._left_out += 1

    async def recall(self, epoch: str, found: Sequence[StreamEntry]) -> None:
        """Begin anew, with those of the newest entries of a stream that are not delivered yet."""
        self._posts.clear()
        places = [place_of(epoch, each.id.decode()) for each in found]
        for number, (place, each) in enumerate(zip(places, found, strict=True)):
            if each.fields.get(b"type") == CREATED and places[-1][1] - place[1] < LIFE * 1_000:
                before = places[number - 1] if number else earlier(place)
                for entry in entries(epoch, [each]):
                    self.add(entry, before)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        await self.still(list(self))

    def about(self, topics: Container[Hashable]) -> list[UndeliveredPost]:
        """Return those that are about one of some topics."""
        return [each for each in self if any(topic in topics for topic in each.entry.topics)] if self._posts else []

    def among(self, updates: Iterable[Update]) -> list[UndeliveredPost]:
        """Return those that are among some updates."""
        if not self._posts:
            return []
        return [each for update in updates if isinstance(update, Entry) and (each := self._posts.get(update.place))]

    async def still(self, posts: Sequence[UndeliveredPost]) -> list[UndeliveredPost]:
        """Ask, and return those of some posts that may not be delivered yet: all of them where nobody knows."""
        left = list[UndeliveredPost]()
        for first in range(0, len(posts), ASKED):
            some = posts[first : first + ASKED]
            try:
                delivered = await self._delivered([each.post for each in some])
            except TROUBLE:
                delivered = ()
            left += [each for each in some if each.post not in delivered]
        for place in {each.entry.place for each in posts} - {each.entry.place for each in left}:
            self._posts.pop(place, None)
        return left

    async def run(self) -> None:
        """Forget what is delivered meanwhile, until cancelled, and what nobody delivers any more."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for each in await self.still(list(self)):
                if each.since + LIFE < time.monotonic():
                    self._posts.pop(each.entry.place, None)
            if self._left_out:
                log.warning("undelivered posts not kept", posts=self._left_out)
                self._left_out = 0
