"""Posts whose counts changed: noted with what is announced, and told as one entry a second."""

import pytest

from errors import Unavailable
from keyspace import keys
from keyspace.errors import CommandRefused
from keyspace.lease import Lease
from keyspace.live_stream import COUNTS, COUNTS_MOST, LiveStream
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


async def told(stream) -> list[set[bytes]]:
    """Give the posts of each entry of counts."""
    found = (await stream.since(None, 1_000))[1]
    return [set(each.fields[b"posts"].split()) for each in found if each.fields.get(b"type") == COUNTS]


async def test_posts_are_told_once_however_often_they_were_noted(stream):
    await announce(stream, "a", "b")
    await announce(stream, "b", "c")
    assert await stream.tell_counts(1_000) == 3
    await announce(stream, "a")
    assert await stream.tell_counts(1_000) == 0
    await stream.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
    assert await stream.tell_counts(1_000) == 1
    assert await stream.tell_counts(1_000) == 0
    assert await told(stream) == [{b"a", b"b", b"c"}, {b"a"}]


async def test_where_nothing_changed_nothing_is_told_and_nothing_waits(stream):
    assert await stream.tell_counts(1_000) == 0
    assert await stream.keyspace.command("EXISTS", keys.LIVE, keys.LIVE_COUNTS_PAUSE) == 0


async def test_what_is_too_much_for_one_entry_comes_with_the_next(stream):
    await announce(stream, *map(str, range(COUNTS_MOST + 5)))
    assert await stream.tell_counts(1_000) == COUNTS_MOST
    await stream.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
    assert await stream.tell_counts(1_000) == 5


async def test_a_teller_goes_on_after_redis_was_away_or_full(stream, monkeypatch):
    class Ended(Exception):
        """Ends the test."""

    answers: list[int | Exception] = [Unavailable(), CommandRefused("EVALSHA", "OOM"), 1, Ended()]

    async def tell_counts(_stream: LiveStream, _length: int) -> int:
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return answer

    monkeypatch.setattr(LiveStream, "tell_counts", tell_counts)
    monkeypatch.setattr(counts_teller, "EVERY", 0.0)
    with pytest.raises(Ended):
        await CountsTeller(stream, 1_000).run()
    assert not answers
