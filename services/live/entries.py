"""Entries of the live stream: the worker appends them and web processes read them."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, get_args

import orjson
import structlog

from keyspace.lease import Lease
from keyspace.live_stream import DAY, LiveStream
from keyspace.stream_entries import Fields, StreamEntry
from services.events.event import Event, MalformedEvent
from services.events.follow_events import FollowChanged, FollowCreated, FollowDeleted
from services.events.post_events import PostCreated, PostDeleted, PostMediaChanged, PostUpdated
from services.events.stream import event_of, fields_of
from services.events.user_events import UserUpdated
from services.live.notices import Notice, ResyncReason
from services.live.places import StreamPlace, id_of, place_of
from services.live.topics import account_of, home_posts_of, posts_of, thread_of

Announced: TypeAlias = (
    PostCreated | PostUpdated | PostDeleted | PostMediaChanged | FollowCreated | FollowDeleted | UserUpdated
)
"""Events that an open subscription may need."""
TYPES = frozenset(event.type.encode() for event in get_args(Announced))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and its place in the stream."""

    place: StreamPlace
    what: Announced

    @property
    def at(self) -> int:
        """Return when it was announced, in milliseconds since 1970 UTC."""
        return self.place[1]

    @property
    def is_of_account(self) -> bool:
        """Return whether it may end the stream of whom it concerns, so that it must not be lost."""
        return isinstance(self.what, UserUpdated)

    @property
    def topics(self) -> tuple[Hashable, ...]:
        """Return what the event is about, for those whom it may concern."""
        if isinstance(self.what, FollowChanged):
            return ()
        if isinstance(self.what, UserUpdated):
            return (account_of(self.what.user_key),)
        author, thread = self.what.author_key, thread_of(self.what.root_id or self.what.post_id)
        return (home_posts_of(author), posts_of(author), thread) if self.what.home else (posts_of(author), thread)


Update: TypeAlias = Entry | Notice
"""What a subscriber is told."""


def after(place: StreamPlace, epoch: str | None, found: Sequence[StreamEntry]) -> Sequence[StreamEntry] | ResyncReason:
    """Return what was found after a place, or why that is not all that came after it.

    `found` was read from the place on, in the stream of this epoch. It must begin with the entry of the place itself: where that
    is gone, others that came after it may be gone, too.
    """
    if epoch != place[0] or not found:
        return ResyncReason.LOST
    return found[1:] if found[0].id.decode() == id_of(place) else ResyncReason.EXPIRED


def entries(epoch: str, found: Iterable[StreamEntry]) -> list[Entry]:
    """Read entries of the stream; one that cannot be read is left out, since it would stop every reader for ever."""
    read = []
    for entry in found:
        id_ = entry.id.decode()
        try:
            if entry.fields.get(b"type") in TYPES and isinstance(event := event_of(entry.fields), Announced):
                read.append(Entry(place_of(epoch, id_), event))
        except MalformedEvent:
            log.exception("live entry passed over", entry=id_)
    return read


def may_be_about(fields: Fields, topics: Collection[Hashable]) -> bool:
    """Return whether an entry may be about one of some topics, without the check of its event, which takes ten times as long.

    What cannot be read may be about anything.
    """
    try:
        payload = orjson.loads(fields[b"payload"])
        author, user = payload.get("authorKey"), payload.get("userKey")
        thread = payload.get("rootId") or payload.get("postId")
    except (KeyError, ValueError, AttributeError):
        return True
    about = home_posts_of(author), posts_of(author), thread_of(thread), account_of(user)
    return any(topic in topics for topic in about)


@dataclass(frozen=True, slots=True)
class Announcer:
    """The consumer that invalidates what events made stale, then puts those that subscriptions need on the live stream.

    In this order, so that who looks an announced post up does not find the row of before. Only the holder of the lease announces,
    so a worker that was away and comes back announces nothing behind the events of its successor. For those who come back, the
    stream keeps what was announced in the last `life` seconds, but no more than about `length` entries.
    """

    stream: LiveStream
    lease: Lease
    length: int
    invalidate: Callable[[Sequence[Event]], Awaitable[None]]
    life: float = DAY

    async def __call__(self, events: Sequence[Event]) -> None:
        """Invalidate and announce; an event that was announced already is passed over, so no subscriber gets it twice.

        Raises:
            Unavailable: Redis does not answer.
            CommandRefused: a key holds something else than it should.
            LeaseLost: another worker announces now.

        """
        await self.invalidate(events)
        if told := {event.id: fields_of(event) for event in events if isinstance(event, Announced)}:
            await self.stream.announce(told, lease=self.lease, length=self.length, life=self.life)
