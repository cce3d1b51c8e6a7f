import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from errors import Unavailable
from graph.ids import LAST
from services.delivery.home import HomeSkeleton
from services.delivery.pull import Pull
from tests.worlds.waiting import until


@dataclass(frozen=True, slots=True)
class SlowPull(Pull):
    """A pull that waits, before it reads or before it answers, until it is let."""

    limits: list[int] = field(default_factory=list)
    before: asyncio.Event = field(default_factory=asyncio.Event)
    after: asyncio.Event = field(default_factory=asyncio.Event)
    has_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def ids(self, viewer: int, below: str, limit: int) -> Sequence[str]:
        self.limits.append(limit)
        await self.before.wait()
        found = await Pull.ids(self, viewer, below, limit)
        self.has_read.set()
        await self.after.wait()
        return found


def slow(town) -> tuple[HomeSkeleton, SlowPull]:
    home = town.parts.services.home
    pull = SlowPull(home.pull.graph)
    return replace(home, pull=pull), pull


async def test_one_of_fifty_readers_builds(town):
    posts = await town.has_written("ada", 30)
    await town.ids("bea")  # plans the statements
    home, pull = slow(town)
    pull.before.set()
    pull.after.set()
    pages = await asyncio.gather(*(home(town.people["ada"].key, LAST, 21) for _ in range(50)))
    assert all(page.ids == posts[:21] and not page.ended for page in pages)
    assert pull.limits.count(home.cached.cap) == 1


async def test_a_post_that_is_pushed_while_a_timeline_is_built_is_on_it(town):
    await town.follow("ada", "bea")
    home, pull = slow(town)
    pull.before.set()
    building = asyncio.create_task(home(town.people["ada"].key, LAST, 21))
    await pull.has_read.wait()
    post = await town.post("bea")
    await town.deliver()
    pull.after.set()
    assert (await building).ids == []
    assert await town.ids("ada") == [post]


async def test_somebody_followed_while_a_timeline_is_built_is_on_it(town):
    post = await town.post("bea")
    home, pull = slow(town)
    pull.before.set()
    building = asyncio.create_task(home(town.people["ada"].key, LAST, 21))
    await pull.has_read.wait()
    await town.follow("ada", "bea")
    pull.after.set()
    await building
    assert await town.ids("ada") == [post]


async def test_a_reader_who_comes_late_does_not_build_again_over_what_was_pushed(town):
    """It found no list; before it begins, another has built one, and a post went straight into that."""
    cached, viewer = town.parts.services.home.cached, town.people["ada"].key
    assert await cached.page(viewer, LAST, 21) is None
    await town.ids("ada")
    post = await town.post("ada")
    assert await cached.begin(viewer) is None
    assert await town.ids("ada") == [post]


async def test_who_cannot_build_lets_others(town, found_town):
    lost = found_town(neo4j_uri="bolt://127.0.0.1:1")
    lost.people = town.people
    with pytest.raises(Unavailable):
        await lost.ids("ada")
    assert await town.parts.services.home.cached.begin(town.people["ada"].key) is not None


async def test_who_goes_away_while_building_lets_others(town):
    home, pull = slow(town)
    building = asyncio.create_task(home(town.people["ada"].key, LAST, 21))
    await until(lambda: pull.limits)
    building.cancel()
    with pytest.raises(asyncio.CancelledError):
        await building
    assert await home.cached.begin(town.people["ada"].key) is not None


async def test_a_cap_below_the_size_of_a_page_still_fills_it(found_town):
    town = found_town(timeline_cap=5)
    await town.settle("ada")
    posts = await town.has_written("ada", 30)
    for _ in range(2):
        assert await town.ids("ada", 20) == posts[:20]
