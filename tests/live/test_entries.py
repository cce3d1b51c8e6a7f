"""What is found in entries of the stream before they are read."""

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.event import Event
from services.events.stream import fields_of
from services.live.entries import Announced, Entry, may_be_about
from services.live.topics import account_of, home_posts_of

PLACE = ("epoch", 1, 0)


NUMBERS = st.integers(0, 2**53)


def some(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Give events of a kind with numbers as keys, counts and times are."""
    return st.builds(kind, **{each.name: NUMBERS for each in fields(kind) if each.type in ("int", int)})


@given(st.one_of(*map(some, get_args(Announced))))
def test_an_entry_is_never_passed_over_by_those_whom_it_concerns(event: Event) -> None:
    topics = Entry(PLACE, event).topics  # type: ignore[arg-type]  # it is one of those
    assert all(may_be_about(fields_of(event), {topic}) for topic in topics)
    assert not may_be_about(fields_of(event), {home_posts_of(-1), account_of(-1)} - set(topics))


@pytest.mark.parametrize("payload", [b"{", b"[]", None])
def test_what_cannot_be_read_may_be_about_anything(payload: bytes | None) -> None:
    assert may_be_about({} if payload is None else {b"payload": payload}, {home_posts_of(1)})
