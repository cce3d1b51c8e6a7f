"""Entries of the live stream: what the worker puts there and web processes read."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from errors import Unavailable
from graph.outbox import OutboxEvent
from keyspace import keys
from keyspace.client import Keyspace
from services.events.payloads import FollowChanged, PersonUpdated, PostCreated, PostDeleted, PostUpdated
from services.events.stream import MalformedEvent, event_of, fields_of

What: TypeAlias = PostCreated | PostUpdated | PostDeleted | FollowChanged | PersonUpdated
OF: Mapping[str, type[What]] = {
    "post.created": PostCreated,
    "post.updated": PostUpdated,
    "post.deleted": PostDeleted,
    "follow.created": FollowChanged,
    "follow.deleted": FollowChanged,
    "user.updated": PersonUpdated,
}
TYPES = frozenset(OF)
"""Events that an open subscription may need."""
REMEMBERED = 3_600
"""Seconds that an event counts as announced: longer than a worker that died with it, or failed with it, may take."""
PATIENCE, PAUSE = 20.0, 0.1
"""Seconds that an event waits for Redis, and between two attempts; well within the time of a consumer's call."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, and its place in the stream (milliseconds and a number), whose written form is the cursor."""

    place: tuple[int, int]
    what: What

    @property
    def cursor(self) -> str:
        """Give what a client comes back with."""
        return "{}-{}".format(*self.place)

    @property
    def author(self) -> int | None:
        """Give the key of the author on whose followers' home timelines it shows, if on any."""
        if isinstance(self.what, FollowChanged | PersonUpdated):
            return None
        if isinstance(self.what, PostCreated | PostUpdated) and not self.what.home:
            return None
        return self.what.author_key


@dataclass(frozen=True, slots=True)
class Resync:
    """What was missed cannot be told any more: the client is to read its timeline anew."""


Told: TypeAlias = Entry | Resync


def entries(found: Iterable[tuple[bytes, Mapping[bytes, bytes]]]) -> list[Entry]:
    """Read entries of the stream; one that cannot be read is left out, since it would stop every reader for ever."""
    read = []
    for cursor, fields in found:
        try:
            event = event_of(fields)
            if event.type in OF:
                read.append(Entry(place(cursor.decode()), OF[event.type].of(event)))
        except MalformedEvent:
            log.exception("live entry passed over", cursor=cursor.decode())
    return read


def place(cursor: str) -> tuple[int, int]:
    """Give the place that a cursor names."""
    milliseconds, _, number = cursor.partition("-")
    return int(milliseconds), int(number)


@dataclass(frozen=True, slots=True)
class Announcer:
    """The consumer that puts events on the live stream, which keeps about `length` of them for those who come back."""

    keyspace: Keyspace
    length: int
    freshen: Callable[[Sequence[OutboxEvent]], Awaitable[None]] | None = None
    """Removes what an event made old in Redis, so that who checks it does not look at that."""

    async def __call__(self, event: OutboxEvent) -> None:
        """Announce an event; a second time is passed over, so that no subscriber need know what it was told.

        While Redis is down it waits here: the consumer would let those behind go first.

        Raises:
            Unavailable: Redis was down for long.

        """
        fields = [word for pair in fields_of(event).items() for word in pair]
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if self.freshen is not None:
                    await self.freshen([event])
                await self.keyspace.script(
                    "live_announce", self.length, REMEMBERED, *fields, keys=[keys.LIVE, keys.announced(event.id)]
                )
            except Unavailable:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(PAUSE)
            else:
                return
