import asyncio
from dataclasses import dataclass, field, replace

import pytest

from errors import Unavailable
from feeds.home import KEYSET, home
from graph.ids import LAST
from services.delivery.pull import Pull, PulledTimeline
from tests.worlds.timelines import listed
from tests.worlds.waiting import until


@dataclass(frozen=True, slots=True)
class SlowPull(Pull):
    """A pull that waits, before it reads or before it answers, until it is let."""

    limits: list[int] = field(default_factory=list)
    before: asyncio.Event = field(default_factory=asyncio.Event)
    after: asyncio.Event = field(default_factory=asyncio.Event)
    has_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def timeline(self, viewer: int, limit: int) -> PulledTimeline:
        self.limits.append(limit)
        await self.before.wait()
        found = await Pull.timeline(self, viewer, limit)
        self.has_read.set()
        await self.after.wait()
        return found


def slow(town) -> SlowPull:
    """Make the process build timelines by a slow pull."""
    pull = SlowPull(town.parts.graph)
    object.__setattr__(town.parts.services, "feeds", replace(town.parts.services.feeds, pull=pull))
    return pull


async def test_one_of_fifty_readers_builds(town):
    posts = await town.has_written("ada", 30)
    await town.ids("bea")  # plans the statements
    pull = slow(town)
    pull.before.set()
    pull.after.set()
    slices = await asyncio.gather(*(home(town.reader("ada")).skeleton(KEYSET.start, 21) for _ in range(50)))
    assert all(each.ids == posts[:21] and not each.ended for each in slices)
    assert pull.limits.count(town.parts.settings.timeline_cap) == 1


async def test_a_post_that_is_pushed_while_a_timeline_is_built_is_on_it(town):
    await town.follow("ada", "bea")
    pull = slow(town)
    pull.before.set()
    building = asyncio.create_task(town.ids("ada"))
    await pull.has_read.wait()
    post = await town.post("bea")
    await town.deliver()
    pull.after.set()
    assert await building == []
    assert await town.ids("ada") == [post]


async def test_somebody_followed_while_a_timeline_is_built_is_on_it(town):
    post = await town.post("bea")
    pull = slow(town)
    pull.before.set()
    building = asyncio.create_task(town.ids("ada"))
    await pull.has_read.wait()
    await town.follow("ada", "bea")
    pull.after.set()
    await building
    assert await town.ids("ada") == [post]


async def test_a_reader_who_comes_late_does_not_build_again_over_what_was_pushed(town):
    """It found no list; before it begins, another has built one, and a post went straight into that."""
    timelines, viewer = town.parts.services.feeds.timelines, town.people["ada"].key
    assert await listed(timelines, viewer, LAST, 21) is None
    await town.ids("ada")
    post = await town.post("ada")
    assert await timelines.begin(viewer) is None
    assert await town.ids("ada") == [post]


async def test_who_cannot_build_lets_others(town, found_town):
    lost = found_town(neo4j_uri="bolt://127.0.0.1:1")
    lost.people = town.people
    with pytest.raises(Unavailable):
        await lost.ids("ada")
    assert await town.parts.services.feeds.timelines.begin(town.people["ada"].key) is not None


async def test_who_goes_away_while_building_lets_others(town):
    pull = slow(town)
    building = asyncio.create_task(town.ids("ada"))
    await until(lambda: pull.limits)
    building.cancel()
    with pytest.raises(asyncio.CancelledError):
        await building
    assert await town.parts.services.feeds.timelines.begin(town.people["ada"].key) is not None


async def test_a_cap_below_the_size_of_a_page_still_fills_it(found_town):
    town = found_town(timeline_cap=5)
    await town.settle("ada")
    posts = await town.has_written("ada", 30)
    for _ in range(2):
        assert await town.ids("ada", 20) == posts[:20]


@pytest.mark.parametrize("cap", [1, 7, 30, 100, 200])
async def test_a_timeline_is_built_of_what_the_pull_query_gives(town, cap):
    """Of authors with more posts than the build looks at first, close together and far apart."""
    await town.follow("ada", "bea", "cid")
    for name in ("bea", "cid", "ada"):
        await town.has_written(name, 50)
    await town.post("bea")
    pull, ada = town.parts.services.feeds.pull, town.people["ada"].key
    ids, followed, _ = await pull.timeline(ada, cap)
    assert ids == await pull.ids(ada, LAST, cap)
    assert sorted(followed) == [town.people["bea"].key, town.people["cid"].key]
