"""Posts whose counts changed: noted with what is announced, and told once a second."""

import asyncio

import pytest

from errors import Unavailable
from graph.ids import new_id
from keyspace import keys, live_stream
from keyspace.errors import CommandRefused
from keyspace.lease import Lease
from keyspace.live_stream import NOTHING, LiveStream
from services.live import counts_teller
from services.live.counts_teller import CountsTeller
from tests.worlds.delivery import leading


@pytest.fixture
def stream(keyspace, blocking):
    return LiveStream(keyspace, blocking)


async def announce(stream, *posts: str) -> None:
    lease = Lease(stream.keyspace, keys.ANNOUNCER_LEASE)
    async with leading(lease):
        await stream.announce({}, posts, lease=lease, length=1_000)


async def told(stream) -> list[set[str]]:
    """Give the posts of each time that counts were told."""
    return [set(each.posts) for each in await stream.wait(NOTHING, NOTHING, 1)]


async def test_posts_are_told_once_however_often_they_were_noted(stream):
    await announce(stream, "a", "b")
    await announce(stream, "b", "c")
    assert await stream.tell_counts() == 3
    await announce(stream, "a")
    assert await stream.tell_counts() == 0
    await stream.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
    assert await stream.tell_counts() == 1
    assert await stream.tell_counts() == 0
    assert await told(stream) == [{"a", "b", "c"}, {"a"}]


async def test_where_nothing_changed_nothing_is_told_and_nothing_waits(stream):
    assert await stream.tell_counts() == 0
    assert await stream.keyspace.command("EXISTS", keys.LIVE, keys.LIVE_COUNTS, keys.LIVE_COUNTS_PAUSE) == 0


async def test_what_is_too_much_for_one_entry_is_told_by_several_and_the_rest_a_second_later(stream, monkeypatch):
    monkeypatch.setattr(live_stream, "COUNTED_EACH", 3)
    monkeypatch.setattr(live_stream, "COUNTED_ENTRIES", 2)
    await announce(stream, *map(str, range(8)))
    assert await stream.tell_counts() == 6
    assert [len(posts) for posts in await told(stream)] == [3, 3]
    await stream.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
    assert await stream.tell_counts() == 2
    assert set().union(*await told(stream)) == set(map(str, range(8)))


async def test_each_entry_names_the_one_before_it(stream):
    for post in "abc":
        await announce(stream, post)
        await stream.tell_counts()
        await stream.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
    found = await stream.wait(NOTHING, NOTHING, 1)
    assert [each.after for each in found] == [NOTHING, *(each.id for each in found[:-1])]
    assert await stream.newest_counted() == found[-1].id


async def test_counts_are_kept_for_a_while_and_the_newest_always(stream, monkeypatch):
    for life, kept in ((60_000, range(1, 6)), (0, [1] * 5)):
        monkeypatch.setattr(live_stream, "COUNTED_LIFE", life)
        for expected in kept:
            # So many that a node of the stream, which goes as a whole, holds one entry.
            await announce(stream, *(new_id() for _ in range(200)))
            await stream.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
            await asyncio.sleep(0.002)  # ids are milliseconds, and an entry of the same one is not older
            assert await stream.tell_counts() == 200
            assert await stream.keyspace.command("XLEN", keys.LIVE_COUNTS) == expected


async def test_a_teller_goes_on_after_redis_was_away_or_full(stream, monkeypatch):
    class Ended(Exception):
        """Ends the test."""

    answers: list[int | Exception] = [Unavailable(), CommandRefused("EVALSHA", "OOM"), 1, Ended()]

    async def tell_counts(_stream: LiveStream) -> int:
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return answer

    monkeypatch.setattr(LiveStream, "tell_counts", tell_counts)
    monkeypatch.setattr(counts_teller, "EVERY", 0.0)
    with pytest.raises(Ended):
        await CountsTeller(stream).run()
    assert not answers
