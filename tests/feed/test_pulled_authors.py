"""Posts that are not pushed to all: on the next page of whoever follows their author, whatever changes in between."""

import asyncio
from collections import Counter

import pytest
from pydantic import SecretStr

from bench.round_trips import RoundTrips
from graph.ids import pack
from graph.rows.posts import Audience, Delivery
from keyspace import keys
from keyspace.page_scripts import END
from tests.feed.conftest import Found
from tests.worlds.town import Town
from tests.worlds.waiting import until


@pytest.fixture
async def pulling(town: Town) -> Town:
    """The town, where every new post is pulled; Ada follows Bea and Cid, has read, and all is delivered."""
    await deliver_as(town, Delivery.PULL)
    await town.follow("ada", "bea", "cid")
    await town.deliver()
    assert await town.ids("ada") == []
    return town


async def deliver_as(town: Town, mode: Delivery) -> None:
    """Let new posts be delivered so, whoever writes them."""
    await town.parts.delivery_controls.pin(threshold=0, mode=mode)


async def listed_for(town: Town, who: str) -> int:
    """Count the entries of somebody's own list."""
    return int(await town.parts.keyspace.command("LLEN", keys.timeline(town.people[who].key)))


async def test_a_pulled_post_is_on_the_next_page_at_once_and_in_nobodys_list(pulling):
    post = await pulling.post("bea")
    assert await pulling.ids("ada") == [post]
    await pulling.deliver()
    assert await pulling.ids("ada") == [post]
    assert await listed_for(pulling, "ada") == 1  # the end


@pytest.mark.parametrize("delivered", [True, False])
async def test_five_posts_in_each_of_four_modes_come_once_each(town, delivered):
    await town.follow("ada", "bea")
    await town.deliver()
    await town.ids("ada")
    posts = []
    for mode in (Delivery.PUSH, Delivery.MIXED, Delivery.PULL, Delivery.PUSH):
        await deliver_as(town, mode)
        for _ in range(5):
            posts.append(await town.post("bea"))
            if delivered:
                await town.deliver()
    await town.deliver()
    assert await town.walk("ada", first=7) == posts[::-1]
    await town.parts.keyspace.command("FLUSHALL")
    assert await town.walk("ada", first=7) == posts[::-1]
    assert await town.walk("ada", first=7) == posts[::-1]


async def test_an_author_who_crosses_the_threshold_in_the_middle_of_a_fan_out(found_town):
    """Pushed to half of the followers, then pulled, then all the rest in the wrong order."""
    town = found_town(push_below=3, fan_out_chunk=1)
    await town.settle("ada", "bea", "cid", "dov")
    for name in ("ada", "cid"):
        await town.follow(name, "bea")
        await town.ids(name)
    await town.deliver()
    first = await town.post("bea")
    (created,) = await town.outbox()
    await town.parts.delivery.cached.push(first, [town.people["cid"].key])
    await town.follow("dov", "bea")
    second = await town.post("bea")
    assert (await town.parts.graph.read("posts/by_id", ids=[second]))[0][6] == Delivery.MIXED
    for name in ("ada", "cid", "dov"):
        assert await town.ids(name) == [second, first]
    await town.deliver()
    await town.handle([created])
    for name in ("ada", "cid", "dov"):
        assert await town.ids(name) == [second, first]


async def test_following_and_unfollowing_a_pulled_author_takes_effect_on_the_next_page(pulling):
    posts = [await pulling.post("dov") for _ in range(3)]
    assert await pulling.ids("ada") == []
    await pulling.follow("ada", "dov")
    assert await pulling.ids("ada") == posts[::-1]
    await pulling.unfollow("ada", "dov")
    assert await pulling.ids("ada") == []
    posts.append(await pulling.post("dov"))
    await pulling.follow("ada", "dov")
    assert await pulling.ids("ada") == posts[::-1]
    await pulling.deliver()
    assert await pulling.ids("ada") == posts[::-1]


async def test_a_block_a_deletion_and_a_narrower_audience_take_effect_on_the_next_page(pulling):
    first, second, third = [await pulling.post(who) for who in ("bea", "bea", "cid")]
    assert await pulling.ids("ada") == [third, second, first]
    await pulling.delete("bea", first)
    assert await pulling.ids("ada") == [third, second]
    await pulling.set_audience("bea", second, Audience.CLOSE_FRIENDS)
    assert await pulling.ids("ada") == [third]
    await pulling.block("cid", "ada")
    assert await pulling.ids("ada") == []


async def test_an_accepted_request_shows_the_posts_of_a_pulled_author(pulling):
    await pulling.choose("dov", private=True)
    post = await pulling.post("dov")
    await pulling.follow("ada", "dov")
    assert await pulling.ids("ada") == []
    await pulling.parts.services.requests.accept(pulling.people["dov"], pulling.people["ada"].id)
    await pulling.deliver()
    assert await pulling.ids("ada") == [post]


async def test_the_worker_removes_what_is_deleted_from_the_recent_posts(pulling):
    posts = [await pulling.post("bea") for _ in range(2)]
    await pulling.ids("ada")
    recent = keys.recent([pulling.people["bea"].key])[0]
    assert await pulling.parts.keyspace.command("LLEN", recent) == 3
    await pulling.delete("bea", posts[0])
    await pulling.deliver()
    assert await pulling.parts.keyspace.command("LLEN", recent) == 2
    assert await pulling.ids("ada") == [posts[1]]


async def test_what_the_end_of_writing_does_late_brings_no_deleted_post_back(pulling):
    post, bea = await pulling.post("bea"), pulling.people["bea"].key
    for who in ("ada", "bea"):
        await pulling.ids(who)
    await pulling.delete("bea", post)
    await pulling.deliver()
    await pulling.parts.services.writing.author_lists.add(post, bea, Delivery.PULL)
    assert await listed_for(pulling, "bea") == 1  # the end
    assert await pulling.parts.keyspace.command("LLEN", keys.recent([bea])[0]) == 1


async def test_a_post_that_was_written_without_redis_is_there_when_the_worker_has_its_event(pulling, found_town: Found):
    """Its author was not a pulled one before."""
    await pulling.ids("ada")
    without_redis = found_town(redis_url=SecretStr("redis://127.0.0.1:1"))
    without_redis.people = pulling.people
    first = await without_redis.post("bea")
    assert await pulling.ids("ada") == []
    await pulling.deliver()
    assert await pulling.ids("ada") == [first]
    second = await without_redis.post("bea")
    assert await without_redis.ids("ada") == [second, first]
    await pulling.deliver()
    assert await pulling.ids("ada") == [second, first]


async def test_a_follow_that_was_made_without_redis_is_not_forgotten_by_pages_that_know_it_late(pulling, found_town: Found):
    """Ada's list is built, and read, after the follow was merged and before what says that she does not follow is removed."""
    first, keyspace = await pulling.post("dov"), pulling.parts.keyspace
    ada, dov = pulling.people["ada"], pulling.people["dov"]
    assert (await pulling.context("ada").loaders.relationships.one(dov.id)).following_since is None
    await pulling.outbox()
    await keyspace.command("DEL", keys.timeline(ada.key), keys.followed(ada.key))
    without_redis = found_town(redis_url=SecretStr("redis://127.0.0.1:1"))
    without_redis.people = pulling.people
    await without_redis.follow("ada", "dov")
    (event,) = await pulling.outbox()
    await pulling.parts.delivery.follow_created(event)
    for _ in range(2):
        await pulling.ids("ada")
    await pulling.parts.writer.invalidation([event])
    second = await pulling.post("dov")
    assert await pulling.ids("ada") == [second, first]


async def test_with_a_short_list_of_recent_posts_a_walk_goes_on_in_the_graph(found_town):
    town = found_town(recent_posts_cap=3, timeline_cap=5)
    await town.settle("ada", "bea", "cid")
    await town.follow("ada", "bea", "cid")
    await town.ids("ada")
    posts = []
    for mode in (Delivery.PULL, Delivery.PUSH, Delivery.MIXED):
        await deliver_as(town, mode)
        posts += [await town.post(who) for who in ("bea", "bea", "cid", "bea")]
        await town.deliver()
    for first in (1, 4, 20):
        assert await town.walk("ada", first=first) == posts[::-1]


async def test_a_warm_merged_page_is_one_round_trip_and_no_statement(pulling):
    posts = [await pulling.post(who) for who in ("bea", "cid") * 5]
    await pulling.ids("ada")
    await pulling.parts.keyspace.command("DEL", *keys.recent([pulling.people["bea"].key]))
    trips = RoundTrips.of(pulling.parts)
    await pulling.ids("ada")
    assert trips.graph == ["feed/recent"]
    assert trips.redis == ["home_page", "lists_begin", "recent_finish", "home_page"]
    trips.clear()
    assert await pulling.ids("ada") == posts[::-1]
    assert (trips.redis, trips.graph) == (["home_page"], [])
    page = await pulling.page("ada", 4)
    trips.clear()
    deeper = await pulling.page("ada", 4, page.page_info.end_cursor)
    assert [edge.node.id for edge in deeper.edges] == posts[-5:-9:-1]
    assert (trips.redis, trips.graph) == (["home_page"], [])


async def test_recent_posts_of_all_authors_are_read_at_once(pulling):
    for who in ("bea", "cid"):
        await pulling.post(who)
    await pulling.ids("ada")
    await pulling.parts.keyspace.command("DEL", *keys.recent(pulling.people[who].key for who in ("bea", "cid")))
    trips = RoundTrips.of(pulling.parts)
    await pulling.ids("ada")
    assert Counter(trips.graph) == {"feed/recent": 1}


async def test_writing_a_pulled_post_is_one_statement_and_no_more_than_a_round_trip_more(pulling):
    await pulling.post("bea")
    trips = RoundTrips.of(pulling.parts)
    await pulling.post("bea")
    assert trips.graph == ["posts/create"]
    assert Counter(trips.redis) == {"invalidate": 1, "lease_rows": 1, "fill_rows": 1, "author_push": 1, "pulled_add": 1}
    await deliver_as(pulling, Delivery.PUSH)
    trips.clear()
    await pulling.post("bea")
    assert Counter(trips.redis) == {"invalidate": 1, "lease_rows": 1, "fill_rows": 1, "author_push": 1}


async def test_many_readers_build_the_recent_posts_of_an_author_once(pulling):
    posts = [await pulling.post("bea") for _ in range(3)]
    trips = RoundTrips.of(pulling.parts)
    pages = await asyncio.gather(*(pulling.ids("ada") for _ in range(30)))
    assert pages == [posts[::-1]] * 30
    assert trips.graph.count("feed/recent") == 1
    assert "feed/pull" not in trips.graph


async def test_many_readers_build_the_set_of_pulled_authors_once(pulling):
    posts = [await pulling.post("bea") for _ in range(3)]
    await pulling.parts.keyspace.command("DEL", keys.PULLED)
    trips = RoundTrips.of(pulling.parts)
    pages = await asyncio.gather(*(pulling.ids("ada") for _ in range(30)))
    assert pages == [posts[::-1]] * 30
    assert trips.graph.count("feed/pulled_authors") == 1
    assert "feed/pull" not in trips.graph


async def test_recent_posts_that_another_process_builds_are_waited_for(pulling, monkeypatch):
    post = await pulling.post("bea")
    keyspace, lists = pulling.parts.keyspace, keys.recent([pulling.people["bea"].key])
    assert await keyspace.script("lists_begin", "token", 10_000, keys=lists) == [1]
    monkeypatch.setattr("feeds.home.LOOKS", 1_000_000)
    trips = RoundTrips.of(pulling.parts)
    reading = asyncio.create_task(pulling.ids("ada"))
    await until(lambda: trips.redis.count("home_page") > 2)
    assert await keyspace.script("recent_finish", "token", 200, 60_000, 2, pack(post), END, keys=lists) == 1
    assert await reading == [post]
    assert "feed/pull" not in trips.graph


@pytest.mark.parametrize("lists", [1, 2, 3])
async def test_a_reader_who_builds_more_lists_than_one_call_does_waits_for_nobody(pulling, monkeypatch, lists):
    await pulling.follow("ada", "dov")
    posts = [await pulling.post(who) for who in ("bea", "cid", "dov")]
    await pulling.ids("ada")
    missing = [pulling.people[who].key for who in ("bea", "cid", "dov")][:lists]
    await pulling.parts.keyspace.command("DEL", *keys.recent(missing))
    monkeypatch.setattr("feeds.home.BUILT_MOST", 2)
    monkeypatch.setattr("feeds.home.LOOKS", 0)
    trips = RoundTrips.of(pulling.parts)
    assert await pulling.ids("ada") == posts[::-1]
    assert "feed/pull" not in trips.graph
    assert trips.graph.count("feed/recent") == -(-lists // 2)


async def test_a_post_that_is_written_while_recent_posts_are_built_is_among_them(pulling):
    """The builder read the graph before it, so it waits behind the builder's token."""
    first = await pulling.post("bea")
    keyspace, bea = pulling.parts.keyspace, pulling.people["bea"].key
    assert await keyspace.script("lists_begin", "token", 10_000, keys=keys.recent([bea])) == [1]
    second = await pulling.post("bea")
    assert await pulling.ids("ada") == [second, first]  # of the graph, since another builds
    built = (2, pack(first), END)
    assert await keyspace.script("recent_finish", "token", 200, 60_000, *built, keys=keys.recent([bea])) == 1
    assert await pulling.ids("ada") == [second, first]


async def test_an_author_who_is_added_while_pulled_authors_are_built_is_among_them(pulling):
    keyspace, pulled = pulling.parts.keyspace, (keys.PULLED, keys.PULLED_BUILDING, keys.PULLED_VERSION)
    await keyspace.command("DEL", keys.PULLED)
    assert await keyspace.script("lists_begin", "token", 10_000, keys=pulled[:2]) == [1]
    post = await pulling.post("bea")
    assert await pulling.ids("ada") == [post]  # of the graph, since another builds
    assert await keyspace.script("pulled_finish", "token", keys=pulled) == 1
    assert await keyspace.command("SISMEMBER", keys.PULLED, pulling.people["bea"].key) == 1
    assert await pulling.ids("ada") == [post]
