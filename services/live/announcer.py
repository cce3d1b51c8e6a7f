"""The announcer: the worker appends to the live stream what open subscriptions may need."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from graph.rows.posts import Audience
from keyspace.lease import Lease
from keyspace.live_stream import DAY, LiveStream
from services.events.event import Event
from services.events.post_events import (
    CountedFlagEvent,
    PostCreated,
    PostDeleted,
    PostEvent,
    PostUpdated,
    QuoteEvent,
    ReplyEvent,
)
from services.events.stream import fields_of
from services.live.entries import Announced


@dataclass(frozen=True, slots=True)
class Announcer:
    """The consumer that invalidates what events made stale, then puts what subscriptions need on the live stream.

    Posts whose counts changed are only noted, each once: `CountsTeller` tells them together.

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
        told = {event.id: fields_of(event) for event in events if isinstance(event, Announced)}
        counted = {post for event in events for post in counted_posts(event)}
        if told or counted:
            await self.stream.announce(told, counted, lease=self.lease, length=self.length, life=self.life)


def counted_posts(event: Event) -> Iterable[str]:
    """Return the posts whose counts an event changed: a like's or repost's, or what a post for everybody answers and quotes.

    Replies and quotes for fewer people are not counted: to tell of them would tell that they are there.
    """
    if isinstance(event, CountedFlagEvent):
        return (event.post_id,)
    if isinstance(event, PostUpdated):
        changed = (event.was_audience is Audience.PUBLIC) != (event.audience is Audience.PUBLIC)
        return _counting(event) if changed else ()
    if isinstance(event, PostCreated | PostDeleted):
        return _counting(event) if event.audience is Audience.PUBLIC else ()
    if isinstance(event, QuoteEvent | ReplyEvent) and event.audience is Audience.PUBLIC:
        other = event.quote_of_id if isinstance(event, QuoteEvent) else event.reply_to_id
        return (other,) if other else ()
    return ()


def _counting(event: PostEvent) -> list[str]:
    return [id_ for id_ in (event.reply_to_id, event.quote_of_id) if id_]
