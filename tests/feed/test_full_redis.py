"""Pages are right and cheap while Redis is full, and nothing that is written then is lost."""

import pytest

from keyspace import keys
from keyspace.activity import Activity, place_of
from keyspace.errors import Full
from keyspace.row_cache import POSTS
from keyspace.viewer_flags import VIEWER_FLAGS
from services.events.follow_events import FollowCreated
from tests.worlds.memory import eviction, fill, limited


async def idle_lists(town) -> None:
    """Fill Redis with the lists of others, who have not read for hours."""
    keyspace = town.parts.keyspace
    now = await Activity(keyspace).minute()
    await fill(keyspace, dict.fromkeys(range(10_000, 10_300), now - 600))


async def test_a_page_stays_one_round_trip_while_redis_is_full(town, round_trips):
    posts = await town.has_written("ada", 5)
    await town.ids("ada")
    assert await town.ids("ada") == posts
    await idle_lists(town)
    async with limited(town.parts.keyspace, lambda used: used * 0.9):
        # The minute may have changed, which cannot be noted now.
        await town.parts.keyspace.command("UNLINK", place_of(town.people["ada"].key)[0])
        round_trips.clear()
        assert await town.ids("ada") == posts
        assert round_trips.redis == ["home_page"]
        assert not round_trips.graph
        await town.parts.keyspace.command("UNLINK", POSTS.key(posts[2]))
        assert await town.ids("ada") == posts


async def test_what_is_written_while_redis_is_full_is_delivered_when_it_is_relieved(town):
    await town.follow("bea", "ada")
    await town.deliver()
    assert await town.ids("bea") == []
    await idle_lists(town)
    async with limited(town.parts.keyspace, lambda used: used * 0.9):
        post = await town.post("ada")
        events = await town.outbox()
        with pytest.raises(Full):
            await town.handle(events)
        assert await town.ids("bea") == []
        await eviction(town.parts.keyspace).look()
        await town.handle(events)
        assert await town.ids("bea") == [post]


async def test_who_lost_a_list_reads_the_same_page(town):
    await town.follow("bea", "ada")
    await town.deliver()
    posts = [await town.post("ada") for _ in range(3)][::-1]
    await town.deliver()
    assert await town.ids("bea") == posts
    await idle_lists(town)
    async with limited(town.parts.keyspace, lambda used: used * 0.2):
        await eviction(town.parts.keyspace).look()
        assert await town.ids("bea") == posts
        newer = await town.post("ada")
    await town.deliver()
    assert await town.ids("bea") == [newer, *posts]


async def test_whom_somebody_follows_while_redis_is_full_is_on_their_next_page(town):
    posts = await town.has_written("ada", 3)
    assert await town.ids("bea") == []
    await idle_lists(town)
    async with limited(town.parts.keyspace, lambda used: used * 0.9):
        await town.follow("bea", "ada")
        assert await town.ids("bea") == posts
        for event in await town.outbox():
            if isinstance(event, FollowCreated):
                await town.parts.delivery.follow_created(event)
        assert await town.ids("bea") == posts
    assert await town.ids("bea") == posts


async def test_cold_pages_need_no_memory_of_a_full_redis(town):
    keyspace = town.parts.keyspace
    await town.follow("bea", "ada")
    await town.deliver()
    await town.has_written("ada", 100)
    for _ in range(2):
        posts = await town.ids("bea", 100)
    rows = [POSTS.key(post) for post in posts]
    viewer = town.people["bea"].key
    hashes = [keys.relationships(viewer), *(flag.hash_of(viewer) for flag in VIEWER_FLAGS)]
    await keyspace.command("UNLINK", *rows, *hashes)
    # A field of another, so that the hash is prolonged.
    await keyspace.commands("fields", [("HSET", name, b"0" * 16, b"-") for name in hashes])
    await idle_lists(town)
    async with limited(keyspace, lambda used: used * 0.9):
        size = await keyspace.command("DBSIZE")
        for _ in range(3):
            assert await town.ids("bea", 100) == posts
        assert await keyspace.command("DBSIZE") == size
        assert await keyspace.commands("lengths", [("HLEN", name) for name in hashes]) == [1] * len(hashes)
