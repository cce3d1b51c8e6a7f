"""What the live stream keeps: for a time, within a bound, and never less than where its readers are."""

import pytest

from keyspace import keys
from keyspace.lease import Lease
from keyspace.live_stream import LiveStream
from tests.worlds.delivery import leading

NODE = 100
"""Entries that Redis drops together: up to so many stay that might go."""


@pytest.fixture
def stream(keyspace, blocking):
    return LiveStream(keyspace, blocking)


async def announce(stream, *events: str, length: int = 1_000, life: float = 60.0) -> None:
    lease = Lease(stream.keyspace, keys.ANNOUNCER_LEASE)
    async with leading(lease):
        await stream.announce({event: {b"id": event.encode()} for event in events}, lease=lease, length=length, life=life)


async def age(stream, count: int) -> list[str]:
    """Let the stream have entries of long ago."""
    ids = [f"{number}-1" for number in range(1, count + 1)]
    for id_ in ids:
        await stream.keyspace.command("XADD", keys.LIVE, id_, "id", id_)
    return ids


async def kept(stream) -> list[str]:
    return [entry.id.decode() for entry in (await stream.since(None, 10_000))[1]]


async def test_what_is_older_than_its_life_goes_but_the_last_of_it(stream):
    old = await age(stream, 5 * NODE)
    await announce(stream, "e1", "e2")
    left = await kept(stream)
    assert left[-3] == old[-1]
    assert len(left) <= NODE + 2


async def test_what_is_within_its_life_stays(stream):
    old = await age(stream, 5 * NODE)
    await announce(stream, "e1", life=10_000_000_000.0)
    assert len(await kept(stream)) == len(old) + 1


async def test_more_than_may_be_kept_goes_however_new_it_is(stream):
    await announce(stream, *map(str, range(5 * NODE)), length=NODE)
    assert NODE <= len(await kept(stream)) < 3 * NODE


async def test_a_stream_has_one_epoch_and_the_next_has_another(stream):
    epoch, newest = await stream.begin()
    assert await stream.begin() == (epoch, newest)
    assert await kept(stream) == [newest]
    await announce(stream, "e1")
    assert (await stream.since(newest, 10))[0] == epoch
    await stream.keyspace.command("FLUSHALL")
    assert await stream.since(None, 10) == (None, [])
    await announce(stream, "e1")
    other, found = await stream.since(None, 10)
    assert other not in {None, epoch}
    assert await stream.begin() == (other, found[-1].id.decode())
