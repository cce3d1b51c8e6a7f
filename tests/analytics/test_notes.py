"""Notes of what is stale: each is taken once, and again by a refresh that follows one that was killed."""

import pytest

from analytics.export.schedule import FAR_BEHIND, NotesWatch
from analytics.export.stale import GROUP
from keyspace.analytics_notes import EVERYTHING, AnalyticsNotes, Begun
from keyspace.event_stream import NOTHING, EventStream
from keyspace.keys import EVENTS


@pytest.fixture
def notes(keyspace) -> AnalyticsNotes:
    """Notes in an empty Redis, of which there may be four."""
    return AnalyticsNotes(keyspace, most=4)


async def test_a_round_takes_what_was_noted_since_the_last_one(notes):
    await notes.note({"likes/2026-10", "person/one"})
    assert await notes.take("first", again=True) == {"likes/2026-10", "person/one"}
    await notes.note({"likes/2026-10", "posts/2026-10"})
    # An answer that was lost is asked for again.
    for _ in range(2):
        assert await notes.take("second", again=False) == {"likes/2026-10", "posts/2026-10"}
    assert await notes.take("third", again=False) == set()


async def test_what_was_taken_is_taken_again_until_it_is_done(notes):
    for round_, note in (("first", "likes/2026-09"), ("second", "likes/2026-10")):
        await notes.note({note})
        await notes.take(round_, again=False)
    await notes.note({"likes/2026-11"})
    assert await notes.take("of another", again=True) == {"likes/2026-09", "likes/2026-10", "likes/2026-11"}
    await notes.done(Begun("token", 1))
    assert await notes.take("last", again=True) == set()


async def test_many_that_were_taken_become_one_that_stands_for_all(notes):
    for round_ in range(3):
        await notes.note({f"person/{round_}", f"person/{round_}{round_}"})
        taken = await notes.take(f"round {round_}", again=True)
    assert taken == {EVERYTHING}


async def test_the_token_tells_whether_notes_are_whole(notes):
    assert (await notes.begun(), await notes.waiting()) == (None, None)
    await notes.note({"likes/2026-09"})
    await notes.begin("token")
    assert (await notes.begun(), await notes.waiting()) == (Begun("token"), 0)
    await notes.done(Begun("token", 17))
    assert await notes.begun() == Begun("token", 17)
    await notes.lose()
    await notes.done(Begun("token", 18))
    assert await notes.begun() is None


async def test_notes_are_lost_before_a_worker_that_notes_nothing_may_trim_what_is_not_noted(notes, keyspace):
    watch = NotesWatch(notes, EventStream(keyspace), length=6)

    async def is_whole(*commands):
        for command in commands:
            await keyspace.command(*command)
        await watch.look()
        return await notes.begun() is not None

    add = ("XADD", EVENTS, "*", "id", "e")
    await keyspace.command("XGROUP", "CREATE", EVENTS, GROUP, 0, "MKSTREAM")
    await notes.begin("one")
    assert await is_whole()
    assert await is_whole(add, add)
    # What was given to a worker and is not done counts, too.
    assert await is_whole(("XREADGROUP", "GROUP", GROUP, "worker", "COUNT", 1, "STREAMS", EVENTS, ">"))
    assert FAR_BEHIND * watch.length == 3
    assert not await is_whole(add)
    await notes.begin("two")
    assert not await is_whole(("XGROUP", "DESTROY", EVENTS, GROUP))
    await notes.begin("three")
    assert not await is_whole(("DEL", EVENTS))


async def test_a_group_has_handled_what_it_has_acknowledged(keyspace):
    stream = EventStream(keyspace)
    assert await stream.last() == NOTHING
    assert await stream.has_handled(GROUP, NOTHING)
    first = await keyspace.command("XADD", EVENTS, "*", "id", "e1")
    assert await stream.last() == first
    assert not await stream.has_handled(GROUP, first)
    await keyspace.command("XGROUP", "CREATE", EVENTS, GROUP, 0)
    assert not await stream.has_handled(GROUP, first)
    await keyspace.command("XREADGROUP", "GROUP", GROUP, "worker", "STREAMS", EVENTS, ">")
    assert not await stream.has_handled(GROUP, first)
    await keyspace.command("XACK", EVENTS, GROUP, first)
    assert await stream.has_handled(GROUP, first)
    second = await keyspace.command("XADD", EVENTS, "*", "id", "e2")
    assert await stream.has_handled(GROUP, first)
    assert not await stream.has_handled(GROUP, second)
