"""Every event is either noted, or known to change nothing of the analysts' copy."""

from typing import Any

import pytest

from analytics.export.stale import NOTED, NOTHING, OF_POSTS, Stale
from analytics.tables import TABLES
from graph.ids import id_at
from graph.rows.posts import Audience, Delivery
from services.events.catalogue import EVENTS
from services.events.post_events import PostCreated, PostUpdated
from services.events.user_events import UserUpdated

OCTOBER, DECEMBER = 1_790_985_600_000, 1_796_256_000_000
AUTHOR = id_at(OCTOBER, 2)
POST: dict[str, Any] = {"post_id": id_at(OCTOBER, 1), "author_id": AUTHOR, "author_key": 1, "reply_to_id": None, "home": True}


def noted(event):
    return set(NOTED[type(event)](event))


def test_every_event_is_considered():
    assert NOTED.keys() | NOTHING.keys() == set(EVENTS.values())
    assert not NOTED.keys() & NOTHING.keys()


def test_a_new_post_makes_stale_what_is_in_its_text():
    event = PostCreated(**POST, delivery=Delivery.PUSH)
    assert noted(event) == {"posts/2026-10", "hashtags/2026-10", "mentions/2026-10"}
    assert noted(PostCreated(**POST, delivery=Delivery.PUSH, audience=Audience.FOLLOWERS)) == set()


def test_a_post_that_is_opened_is_named_by_later_ones():
    opened = PostUpdated(**POST, was_audience=Audience.FOLLOWERS, at=DECEMBER)
    assert noted(opened) == {f"{table}/2026-10" for table in OF_POSTS} | {"posts/2026-11", "posts/2026-12"}
    closed = PostUpdated(**POST, was_audience=Audience.PUBLIC, audience=Audience.FOLLOWERS, at=DECEMBER)
    assert noted(closed) == {"posts/2026-10"}
    assert noted(PostUpdated(**POST, was_audience=Audience.PUBLIC, at=DECEMBER)) == set()


@pytest.mark.parametrize(("profile", "note"), [(True, "people/2026-10"), (False, f"person/{AUTHOR}")])
def test_a_profile_is_one_row_and_a_person_more(profile, note):
    assert noted(UserUpdated(user_id=AUTHOR, user_key=1, profile=profile)) == {note}


def test_notes_are_read_back():
    stale = Stale.of(["likes/2026-10", "person/x", "posts/2026-11"])
    assert stale == Stale(frozenset({("likes", "2026-10"), ("posts", "2026-11")}), frozenset({"x"}))
    assert {table for table, _ in stale.months} <= TABLES.keys()
