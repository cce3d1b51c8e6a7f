import asyncio

import pytest

from errors import InvalidInput
from keyspace import keys
from tests.worlds.town import ids_of


async def test_a_walk_gives_each_post_once_across_the_cap_while_others_write(town):
    """2,500 posts, a list of 800: the walk goes on in the graph, and what is new meanwhile shifts nothing."""
    await town.follow("ada", "bea", "cid")
    posts = await town.has_written("bea", 2_500)
    new = []

    async def write() -> None:
        new.append(await town.post("cid"))
        await town.deliver()

    assert await town.walk("ada", first=100, between=write) == posts
    assert (await town.ids("ada", first=30))[: len(new)] == new[::-1]
    assert 768 <= await town.parts.keyspace.command("LLEN", keys.timeline(town.people["ada"].key)) <= 800


@pytest.mark.parametrize("count", [799, 800, 801])
async def test_a_walk_ends_right_where_the_list_is_just_full(town, count):
    posts = await town.has_written("ada", count)
    assert await town.walk("ada") == posts
    assert await town.walk("ada", first=99) == posts
    newer = await town.post("ada")
    assert await town.walk("ada") == [newer, *posts]


async def test_the_last_page_that_is_just_full_says_that_it_is_the_last(town):
    posts = await town.has_written("ada", 4)
    first = await town.page("ada", 2)
    second = await town.page("ada", 2, first.page_info.end_cursor)
    assert ids_of(first) + ids_of(second) == posts
    assert (first.page_info.has_next_page, second.page_info.has_next_page) == (True, False)


async def test_an_empty_timeline_is_an_empty_last_page(town):
    for _ in range(2):
        page = await town.page("ada")
        assert page.edges == [] and not page.page_info.has_next_page and page.page_info.end_cursor is None


async def test_every_next_page_is_right_while_redis_is_emptied(town):
    posts = await town.has_written("ada", 1_200)
    reading = True

    async def empty() -> None:
        while reading:
            await town.parts.keyspace.command("FLUSHALL")
            await asyncio.sleep(0.005)

    emptying = asyncio.create_task(empty())
    try:
        walks = await asyncio.gather(*(town.walk("ada", first) for first in (50, 73, 100, 100)))
    finally:
        reading = False
        await emptying
    assert all(walk == posts for walk in walks)
    assert await town.walk("ada") == posts


async def test_posts_that_arrive_while_redis_is_emptied_are_all_there_in_the_end(town):
    await town.follow("ada", "bea")
    await town.has_written("bea", 300)
    writing = True

    async def read() -> None:
        while writing:
            page = await town.ids("ada", 100)
            assert page == sorted(page, reverse=True) and len(set(page)) == 100

    async def write() -> list[str]:
        written = []
        for _ in range(15):
            written.append(await town.post("bea"))
            await town.deliver()
            await town.parts.keyspace.command("FLUSHALL")
        return written

    readers = [asyncio.create_task(read()) for _ in range(3)]
    written = await write()
    writing = False
    await asyncio.gather(*readers)
    assert (await town.ids("ada"))[:15] == written[::-1]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_between_1_and_100_items(town, first):
    with pytest.raises(InvalidInput, match="between 1 and 100") as refused:
        await town.page("ada", first)
    assert refused.value.extensions == {"code": "INVALID_INPUT", "field": "first"}


@pytest.mark.parametrize("after", ["", "nonsense", "WzFd", "WyJhIl0=", "W10=", "é", "WyIwMTg5MGE1ZCJd"])
async def test_a_cursor_that_is_not_ours_is_refused(town, after):
    with pytest.raises(InvalidInput, match="not a cursor") as refused:
        await town.page("ada", 20, after)
    assert refused.value.extensions == {"code": "INVALID_INPUT", "field": "after"}
