"""Timelines that are built without a reader: anew, with what is pushed meanwhile, and in the background, a few at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from errors import Unavailable
from graph.ids import LAST, new_id
from keyspace.activity import SHARD, Activity, place_of
from keyspace.client import Keyspace
from keyspace.limits import RateLimits
from services.delivery.building import TimelineBuilder
from services.delivery.cached import CachedTimelines
from services.delivery.pull import PulledTimeline
from services.delivery.refreshing import TimelineRefresh
from services.delivery.warming import MOST, TimelineWarming
from tests.worlds.timelines import listed
from tests.worlds.waiting import until

VIEWER = 7


class Slow:
    """A pull that answers when it is let, with these ids, or fails."""

    def __init__(self, *ids: str, error: Exception | None = None) -> None:
        self.ids, self.error, self.asked, self.let = ids, error, 0, asyncio.Event()

    async def timeline(self, _viewer: int, _limit: int) -> PulledTimeline:
        self.asked += 1
        await self.let.wait()
        if self.error is not None:
            raise self.error
        return PulledTimeline(self.ids, (), follows_hashtags=False)


@pytest.fixture
def cached(keyspace: Keyspace) -> CachedTimelines:
    return CachedTimelines(keyspace, 800, life=60, build_timeout=10)


def builder(cached: CachedTimelines, pull: Any) -> TimelineBuilder:
    return TimelineBuilder(cached, pull, Activity(cached.keyspace))


async def ids(cached: CachedTimelines) -> list[str] | None:
    found = await listed(cached, VIEWER, LAST, 50)
    return None if found is None else [*found.ids]


async def test_what_is_pushed_while_a_timeline_is_built_anew_is_on_it(cached):
    old, pushed = new_id(), new_id()
    await cached.finish(VIEWER, await cached.begin(VIEWER), [], ())
    pull = Slow(old)
    building = asyncio.create_task(builder(cached, pull).rebuild(VIEWER))
    await until(lambda: pull.asked)
    assert await ids(cached) is None
    await cached.push(pushed, [VIEWER])
    pull.let.set()
    assert await building
    assert await ids(cached) == [pushed, old]


async def test_of_many_who_build_anew_one_does(cached):
    pull = Slow(new_id())
    building = [asyncio.create_task(builder(cached, pull).rebuild(VIEWER)) for _ in range(20)]
    await until(lambda: pull.asked)
    pull.let.set()
    assert sum(await asyncio.gather(*building)) == pull.asked == 1


async def test_who_cannot_build_anew_lets_the_next_reader(cached):
    pull = Slow(error=Unavailable())
    pull.let.set()
    with pytest.raises(Unavailable):
        await builder(cached, pull).rebuild(VIEWER)
    assert await cached.begin(VIEWER) is not None


async def test_a_few_timelines_are_built_in_the_background_at_once(cached):
    pull = Slow()
    warming = TimelineWarming(builder(cached, pull))
    for viewer in range(1, 3 * MOST):
        warming.begin(viewer)
    await until(lambda: pull.asked == MOST)
    pull.let.set()
    await until(lambda: not warming._running)
    assert pull.asked == MOST
    warming.begin(3 * MOST)
    await until(lambda: pull.asked == MOST + 1)


async def test_what_fails_in_the_background_stops_nothing_and_what_is_closed_is_left_to_readers(cached):
    warming = TimelineWarming(builder(cached, failing := Slow(error=Unavailable())))
    failing.let.set()
    warming.begin(VIEWER)
    await until(lambda: not warming._running)
    assert failing.asked == 1
    warming = TimelineWarming(builder(cached, slow := Slow()))
    warming.begin(VIEWER)
    await until(lambda: slow.asked)
    await warming.close()
    assert await cached.begin(VIEWER) is not None


async def test_whose_timeline_is_built_for_them_counts_as_active(cached):
    activity, pull = Activity(cached.keyspace), Slow()
    pull.let.set()
    warming = TimelineWarming(builder(cached, pull))
    warming.begin(VIEWER)
    await until(lambda: not warming._running)
    limits = RateLimits(cached.keyspace)
    await TimelineRefresh(builder(cached, pull), limits, 1, timedelta(minutes=1)).run(VIEWER + 1)
    minutes = (await activity.shards([VIEWER // SHARD]))[VIEWER // SHARD]
    assert {minutes[viewer] for viewer in (VIEWER, VIEWER + 1)} <= {await activity.minute(), await activity.minute() - 1}
    assert 0 < await cached.keyspace.command("TTL", place_of(VIEWER)[0]) <= cached.life
