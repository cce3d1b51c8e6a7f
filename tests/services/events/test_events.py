"""The classes of events: what is written is read back, and what is no event is refused."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from graph.outbox import OutboxEvent
from graph.rows.posts import Audience, Delivery, DeliveryReason
from keyspace.list_heads import ALL_POSTS, HOME_ENTRIES, HOME_POSTS, QUOTES, REPLIES
from keyspace.row_cache import MEDIA, POST_COUNTS, USER_COUNTS
from parts import open_parts
from services.events.catalogue import EVENTS, decode
from services.events.consumer import Consumer
from services.events.event import Event, MalformedEvent
from services.events.post_events import PostCreated
from services.events.printing import example
from services.events.stream import event_of, fields_of
from services.events.user_events import UserCreated
from services.mail.metrics import MailMetrics
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.settings import Settings
from worker import consumers_of, mail_runner_of


@pytest.mark.parametrize("event", [example(event) for event in EVENTS.values()], ids=list(EVENTS))
def test_what_is_written_is_read_back(event: Event) -> None:
    assert event_of(fields_of(event)) == event
    assert decode(event.encode()) == event


def test_every_class_with_a_type_is_in_the_catalogue_and_no_type_has_two() -> None:
    def named(of: type[Event]) -> Iterator[str]:
        for each in of.__subclasses__():
            if each.type and each.__module__.startswith("services."):
                yield f"{each.__module__}.{each.__qualname__}"
            yield from named(each)

    assert set(named(Event)) == {f"{each.__module__}.{each.__qualname__}" for each in EVENTS.values()}
    assert all(each.type == name for name, each in EVENTS.items())


def test_the_form_in_the_stream_stays() -> None:
    """A worker of the next version reads what this one wrote."""
    event = PostCreated(
        id="e", at=1, post_id="p", author_id="a", author_key=7, home=True, delivery=Delivery.PUSH, reply_to_id=None, root_id="r",
        audience=Audience.FOLLOWERS, mention_ids=("m",), media_ids=("i",), followers=3, reason=DeliveryReason.LOAD,
    )
    payload = {
        "postId": "p", "authorId": "a", "authorKey": 7, "home": True, "delivery": "PUSH", "replyToId": None, "rootId": "r",
        "audience": "FOLLOWERS", "mentionIds": ["m"], "mediaIds": ["i"], "followers": 3, "reason": "LOAD", "quoteOfId": None,
        "hashtags": [],
    }
    assert event.encode() == OutboxEvent("e", "post.created", 1, payload)


def test_an_event_of_a_version_before_and_one_of_a_version_after_are_read() -> None:
    payload: dict[str, object] = dict.fromkeys(("postId", "authorId"), "id")
    payload |= {"authorKey": 7, "replyToId": None, "home": True, "delivery": "PUSH", "rootId": None}
    before = decode(OutboxEvent("e", "post.created", 1, payload))
    assert before == decode(OutboxEvent("e", "post.created", 1, {**payload, "ofTomorrow": 1}))
    assert isinstance(before, PostCreated) and before.audience is Audience.PUBLIC


def test_a_missing_and_a_wrong_field_are_named() -> None:
    payload = {"postId": "p", "authorId": 3, "replyToId": None}
    with pytest.raises(MalformedEvent, match=r"post\.deleted with a wrong or missing authorId, authorKey"):
        decode(OutboxEvent("e", "post.deleted", 1, payload))


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(MalformedEvent, match="of\\.tomorrow"):
        decode(OutboxEvent("e", "of.tomorrow", 1, {}))


@pytest.mark.parametrize(
    "broken", [{b"payload": b"{"}, {b"payload": b"[]"}, {b"at": b"soon"}, {b"type": b"\xff"}, {b"id": None}]
)
def test_what_is_no_event_is_refused(broken: dict[bytes, bytes | None]) -> None:
    fields = {**fields_of(UserCreated(user_id="u")), **broken}
    with pytest.raises(MalformedEvent):
        event_of({name: value for name, value in fields.items() if value is not None})


def test_a_reply_with_a_picture_makes_stale_what_shows_it() -> None:
    reply = example(PostCreated)
    counts = [(USER_COUNTS, "id"), (POST_COUNTS, "id"), (POST_COUNTS, "id")]
    lists = [(kind, "id") for kind in (ALL_POSTS, HOME_POSTS, HOME_ENTRIES, REPLIES, QUOTES)]
    assert list(reply.stale().rows) == [*counts, *lists, (MEDIA, "id")]
    assert isinstance(reply, PostCreated)
    assert list(replace(reply, reply_to_id=None, media_ids=()).stale().rows) == [
        *counts[:2], *((kind, id_) for kind, id_ in lists if kind != REPLIES),
    ]


@pytest.fixture
async def consumers(settings: Settings) -> AsyncIterator[list[Consumer[Any]]]:
    """The consumers of a worker that is not running, and would send mail."""
    parts = open_parts(settings.model_copy(update={"smtp_host": "localhost", "mail_from": "Rookery <no-reply@example.org>"}))
    mail = mail_runner_of(parts, MailMetrics.of(CollectorRegistry()))
    yield consumers_of(parts, MediaProcessor(MediaProcessorLimits(1)), mail)
    await parts.close()


def test_one_group_handles_every_event_in_order(consumers: list[Consumer[Any]]) -> None:
    """The order in which it invalidates and announces is that of the stream."""
    (live,) = (each for each in consumers if each.types == EVENTS.keys())
    assert live.group == "live"
    assert [each.group for each in consumers if each.lease] == ["live"]


def test_the_architecture_lists_the_groups_and_their_events(consumers: list[Consumer[Any]]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (every event|`.*?`) \| [^|]+ \|$", page, re.MULTILINE)
    listed = {group: frozenset(re.findall("`(.+?)`", events)) or frozenset(EVENTS) for group, events in rows}
    assert listed == {each.group: each.types for each in consumers}
