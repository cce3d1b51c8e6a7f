"""New posts that were announced, and may not be on every home timeline yet.

The announcer and fan-out act on the same events, each in its own time. So a stream may begin behind the entry of a post that
is not on the page which its client reads then. What is here comes after such a beginning: perhaps by both ways, never by none.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import structlog
from prometheus_client import CollectorRegistry, Gauge

from keyspace.fan_out_plans import DONE_LIFE
from keyspace.stream_entries import StreamEntry
from services.events.backoff import TROUBLE
from services.events.post_events import PostCreated
from services.events.repost_events import PostReposted
from services.live.entries import Entry, Update, entries
from services.live.places import StreamPlace, place_of
from services.live.topics import home_posts_of

MOST = 5_000
"""Posts that are kept at most: as many entries as one who comes back may be told. Of more the oldest go, once it was asked which
of them are delivered; until then there may be those of a second more."""
LIFE = float(DONE_LIFE)
"""Seconds for which a post is kept whose delivery is not known to end, such as one whose event became a dead letter."""
LOOK_EVERY = 1.0
"""Seconds between looks for those that were delivered meanwhile."""
AT_ONCE = 50
"""Entries that are read before others have their turn: about a millisecond."""
CREATED = frozenset({PostCreated.type.encode(), PostReposted.type.encode()})
ASKED = 500
"""Posts that are asked for in one call: half a millisecond of Redis."""

Delivered: TypeAlias = Callable[[Sequence[str]], Awaitable[Collection[str]]]
"""Returns which of some posts every page has whose reader is to see them."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class UndeliveredPost:
    """A new post or repost by its id, and the topic of whoever sent it.

    `entry` is told to those who read a page, `before` is the place of the entry before it, and `since` says when it came, by the
    clock of this process.
    """

    post: str
    topic: Hashable
    entry: Entry
    before: StreamPlace
    since: float


class Undelivered:
    """Posts among the newest entries, in their order, for all subscribers of a process."""

    def __init__(self, delivered: Delivered) -> None:
        """Begin with none; `delivered` is asked how far their delivery is."""
        self._delivered = delivered
        self._posts: dict[StreamPlace, UndeliveredPost] = {}
        self._is_known = True
        self._gauge: Gauge | None = None

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Tell in a registry how many there are, each second."""
        text = "New posts that are not known to be on all timelines, as of the last second."
        self._gauge = Gauge(f"{prefix}_undelivered_posts", text, registry=registry, multiprocess_mode="livesum")

    def __iter__(self) -> Iterator[UndeliveredPost]:
        """Iterate over them."""
        return iter(self._posts.values())

    def add(self, entry: Entry, before: StreamPlace) -> None:
        """Add an entry that is announced now, if it is of a new post for home timelines; `before` is the place before it."""
        if (post := _undelivered(entry, before)) is not None:
            self._posts[entry.place] = post

    async def recall(self, epoch: str, found: Sequence[StreamEntry]) -> None:
        """Begin anew, with those of the newest entries of a stream that are not delivered yet; the first gives only its place.

        Until that is known those of before stay, and from one to the other there is no moment in which another task runs.
        """
        recalled = list[UndeliveredPost]()
        places = [place_of(epoch, each.id.decode()) for each in found]
        for number, (before, place, each) in enumerate(zip(places, places[1:], found[1:], strict=False)):
            if each.fields.get(b"type") in CREATED and places[-1][1] - place[1] < LIFE * 1_000:
                recalled += [post for entry in entries(epoch, [each]) if (post := _undelivered(entry, before)) is not None]
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        self._posts = {post.entry.place: post for post in await self._not_known_delivered(recalled)}

    def about(self, concerns: Callable[[Hashable], bool]) -> list[UndeliveredPost]:
        """Return those, in order, whose topic concerns somebody."""
        return [each for each in self if concerns(each.topic)]

    def among(self, updates: Iterable[Update]) -> list[UndeliveredPost]:
        """Return those that are among some updates."""
        return [each for update in updates if isinstance(update, Entry) and (each := self._posts.get(update.place))]

    async def still(self, posts: Sequence[UndeliveredPost]) -> list[UndeliveredPost]:
        """Ask, and return those of some posts that may not be delivered yet: all of them where nobody knows."""
        left = await self._not_known_delivered(posts)
        for place in {each.entry.place for each in posts} - {each.entry.place for each in left}:
            self._posts.pop(place, None)
        return left

    async def _not_known_delivered(self, posts: Sequence[UndeliveredPost]) -> list[UndeliveredPost]:
        left = list[UndeliveredPost]()
        for first in range(0, len(posts), ASKED):
            some = posts[first : first + ASKED]
            try:
                delivered = await self._delivered([each.post for each in some])
            except TROUBLE as error:
                delivered = ()
                self._note_unknown(error)
            else:
                self._is_known = True
            left += [each for each in some if each.post not in delivered]
        return left

    def _note_unknown(self, error: Exception) -> None:
        """Log once that it cannot be asked what is delivered, until it can be again."""
        if self._is_known:
            log.warning("delivery of new posts unknown", error=type(error).__name__)
        self._is_known = False

    async def run(self) -> None:
        """Forget what is delivered meanwhile, until cancelled, and what nobody delivers any more."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            left = await self.still(list(self))
            too_many = max(0, len(left) - MOST)
            for number, each in enumerate(left):
                if number < too_many or each.since + LIFE < time.monotonic():
                    self._posts.pop(each.entry.place, None)
            if self._gauge is not None:
                self._gauge.set(len(self._posts))
            if too_many:
                log.warning("undelivered posts not kept", posts=too_many)


def _undelivered(entry: Entry, before: StreamPlace) -> UndeliveredPost | None:
    """Return what is kept of an entry if it is of a new post for home timelines."""
    what = entry.what
    if not isinstance(what, PostCreated | PostReposted) or not what.home:
        return None
    topic, told = home_posts_of(what.sender_key), replace(entry, beside_page=True)
    return UndeliveredPost(what.entry_id, topic, told, before, time.monotonic())
