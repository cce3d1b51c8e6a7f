"""Every event by its type, and the way back from the outbox and the stream."""

from collections.abc import Mapping

from graph.outbox import OutboxEvent
from services.events import (
    account_events,
    bookmark_events,
    factor_events,
    follow_events,
    hashtag_events,
    mail_events,
    media_events,
    pair_events,
    post_events,
    repost_events,
    user_events,
)
from services.events.event import Event, MalformedEvent

_DOMAINS = (
    *(user_events, account_events, factor_events, pair_events, follow_events, post_events, repost_events, bookmark_events),
    *(hashtag_events, media_events, mail_events),
)

EVENTS: Mapping[str, type[Event]] = {
    value.type: value
    for domain in _DOMAINS
    for value in vars(domain).values()
    if isinstance(value, type) and issubclass(value, Event) and value.type
}
"""The class of each type, in the order of the files."""


def decode(stored: OutboxEvent) -> Event:
    """Read an event from its form in the outbox or the stream.

    Raises:
        MalformedEvent: its type is unknown, or a field is missing or of another type.

    """
    if (of := EVENTS.get(stored.type)) is None:
        raise MalformedEvent(f"unknown type {stored.type}")
    return of.decode(stored)
