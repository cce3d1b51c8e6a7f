"""What is found in entries of the stream before they are read."""

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyspace.live_stream import COUNTS
from keyspace.stream_entries import StreamEntry
from services.events.event import Event
from services.events.stream import fields_of
from services.live.entries import Announced, Entry, PostCounted, entries, may_be_about
from services.live.topics import account_of, home_posts_of, post_of, thread_of

PLACE = ("epoch", 1, 0, 0)


KEYS = st.integers(0, 2**53)


def some(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Give events of a kind with keys as people have them."""
    return st.builds(kind, **{each.name: KEYS for each in fields(kind) if each.name.endswith("_key")})


@given(st.one_of(*map(some, get_args(Announced))))
def test_an_entry_is_never_passed_over_by_those_whom_it_concerns(event: Event) -> None:
    topics = Entry(PLACE, event).topics  # type: ignore[arg-type]  # it is one of those
    assert all(may_be_about(fields_of(event), {topic}) for topic in topics)
    assert not may_be_about(fields_of(event), {home_posts_of(-1), account_of(-1)} - set(topics))


@pytest.mark.parametrize("payload", [b"{", b"[]", None])
def test_what_cannot_be_read_may_be_about_anything(payload: bytes | None) -> None:
    assert may_be_about({} if payload is None else {b"payload": payload}, {home_posts_of(1)})


def test_of_counts_only_those_of_watched_posts_are_read_each_with_a_place_of_its_own() -> None:
    fields = {b"type": COUNTS, b"posts": b"p1 p2 p3"}
    topics = {post_of("p1"), post_of("p3"), home_posts_of(1), thread_of("p2")}
    read = entries("epoch", [StreamEntry(b"5-1", fields)], topics)
    assert read == [Entry(("epoch", 5, 1, 1), PostCounted("p1")), Entry(("epoch", 5, 1, 3), PostCounted("p3"))]
    assert may_be_about(fields, topics)
    assert not may_be_about(fields, topics - {post_of("p1"), post_of("p3")})
