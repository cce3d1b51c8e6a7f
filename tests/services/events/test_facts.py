"""Events are spelled as the architecture says."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from graph.outbox import OutboxEvent
from graph.rows.posts import Audience, Delivery
from services.events import facts, payloads
from services.events.stream import MalformedEvent, event_of, fields_of

TABLE = Path(__file__).parents[3] / "docs" / "architecture.md"
VALUES = {
    "int": 7, "bool": True, "Delivery": Delivery.MIXED, "Audience": Audience.FOLLOWERS, "Sequence": ["x"],
    "str": "x", "str | None": None,
}


def _examples() -> dict[str, OutboxEvent]:
    """Make one event with each function of `facts`."""
    made = {}
    for name, function in inspect.getmembers(facts, inspect.isfunction):
        if function.__module__ != facts.__name__ or name.startswith("_"):
            continue
        wanted = inspect.signature(function).parameters.values()
        event = function(**{p.name: VALUES[getattr(p.annotation, "__name__", str(p.annotation))] for p in wanted})
        made[event.type] = event
    return made


def _table() -> dict[str, set[str]]:
    """Give the payload of each type in the table of the architecture."""
    rows = re.findall(r"^\| (`\w+\.\w+`.*?) \| `([\w, ]+)` \|", TABLE.read_text("utf-8"), re.MULTILINE)
    return {type_: set(keys.split(", ")) for types, keys in rows for type_ in re.findall(r"`([\w.]+)`", types)}


def test_every_type_of_the_table_has_its_fields_and_no_other() -> None:
    assert {type_: set(event.payload) for type_, event in _examples().items()} == _table()


@pytest.mark.parametrize(
    ("types", "shape"),
    [
        ("user.created", payloads.PersonChanged),
        ("user.updated user.opened muted_topics.changed", payloads.PersonUpdated),
        ("follow.created follow.deleted follow.requested follow.request_ended", payloads.FollowChanged),
        ("user.blocked user.unblocked user.muted user.unmuted", payloads.PairChanged),
        ("user.befriended user.unbefriended", payloads.PairChanged),
        ("post.created", payloads.PostCreated),
        ("post.updated", payloads.PostUpdated),
        ("post.deleted", payloads.PostDeleted),
        ("post.liked post.unliked", payloads.LikeChanged),
        ("media.uploaded media.ready media.refused", payloads.PictureChanged),
    ],
)
def test_what_is_written_is_read_back(types: str, shape: type[payloads.Payload]) -> None:
    for type_ in types.split():
        event = _examples()[type_]
        assert event_of(fields_of(event)) == event
        assert list(dataclasses.asdict(shape.of(event)).values()) == list(event.payload.values())


def test_a_missing_field_is_named() -> None:
    event = dataclasses.replace(
        _examples()["post.deleted"], payload={"postId": "p", "authorId": "a", "replyToId": None}
    )
    with pytest.raises(MalformedEvent, match="authorKey"):
        payloads.PostDeleted.of(event)


@pytest.mark.parametrize(
    "broken", [{b"payload": b"{"}, {b"payload": b"[]"}, {b"at": b"soon"}, {b"type": b"\xff"}, {b"id": None}]
)
def test_what_is_no_event_is_refused(broken: dict[bytes, bytes | None]) -> None:
    fields = {**fields_of(_examples()["user.created"]), **broken}
    with pytest.raises(MalformedEvent):
        event_of({name: value for name, value in fields.items() if value is not None})
