"""Posts of followed hashtags on home timelines: each once, marked where nothing else brings it, and never by a fan-out."""

import asyncio
from functools import partial
from typing import Any

import pytest

from bench.round_trips import RoundTrips
from errors import Conflict, Unavailable
from graph.rows.mutes import TopicKind
from graph.rows.posts import Audience, Delivery
from keyspace import keys
from services.events.post_events import PostCreated
from services.hashtags.follows import FOLLOWED_MOST
from tests.feed.conftest import Found
from tests.feed.test_separate_redis import addresses, apart, servers_of_roles  # noqa: F401 - fixtures
from tests.worlds.diary import Entry
from tests.worlds.memory import fill, limited
from tests.worlds.town import Town
from tests.worlds.waiting import until


def owl(post: str) -> Entry:
    """Give a post as it stands where only a hashtag brings it."""
    return post, None, ("owl",)


async def test_posts_of_followed_hashtags_stand_there_with_a_mark_until_they_are_unfollowed(town: Town) -> None:
    old = await town.post("cid", "An #owl and a #wren")
    assert await town.entries("ada") == []
    await town.follow_hashtags("ada", "owl")
    assert await town.entries("ada") == [owl(old)]
    new = await town.post("dov", "A #Wren, then an #OWL")
    other = await town.post("dov", "A #wren")
    assert await town.entries("ada") == [owl(new), owl(old)]
    await town.follow_hashtags("ada", "wren")
    wren = [(other, None, ("wren",)), (new, None, ("wren", "owl")), (old, None, ("owl", "wren"))]
    assert await town.entries("ada") == wren
    await town.unfollow_hashtag("ada", "owl")
    assert await town.entries("ada") == [(post, by, ("wren",)) for post, by, _ in wren]
    await town.unfollow_hashtag("ada", "wren")
    assert await town.entries("ada") == []
    assert await town.entries("bea") == []


@pytest.mark.parametrize("mode", [Delivery.PUSH, Delivery.PULL])
async def test_a_post_that_something_else_brings_stands_there_once_and_without_a_mark(town: Town, mode: Delivery) -> None:
    await town.parts.delivery_controls.pin(0, mode)
    await town.follow("ada", "bea")
    await town.follow_hashtags("ada", "owl")
    own, followed, reposted, marked = [await town.post(who, "An #owl") for who in ("ada", "bea", "cid", "dov")]
    await town.repost("bea", reposted)
    await town.deliver()
    for first in (1, 20):
        whole = [(reposted, "bea", ()), owl(marked), (followed, None, ()), (own, None, ())]
        assert await town.entries("ada", first) == whole
    await town.unrepost("bea", reposted)
    await town.unfollow("ada", "bea")
    await town.deliver()
    for first in (1, 20):
        assert await town.entries("ada", first) == [owl(marked), owl(reposted), owl(followed), (own, None, ())]


@pytest.mark.parametrize("cached", [True, False])
async def test_the_one_policy_decides_and_mutes_hold(town: Town, cached: bool) -> None:
    await town.follow_hashtags("ada", "owl")
    seen = [await town.post("cid", "An #owl") for _ in range(3)]
    await town.post("dov", "An #owl in the #rain")
    await town.post("bea", "An #owl", audience=Audience.FOLLOWERS)
    await town.post("bea", "No #owl of mine, but an answer", reply_to=seen[0])

    async def found() -> list[str]:
        if not cached:
            await town.parts.keyspace.command("FLUSHALL")
        return [post for post, *_ in await town.entries("ada")]

    await town.parts.services.muted_topics.mute(town.people["ada"], TopicKind.HASHTAG, "rain", None)
    assert await found() == seen[::-1]
    await town.delete("cid", seen[2])
    await town.set_audience("cid", seen[1], Audience.FOLLOWERS)
    assert await found() == seen[:1]
    for hide, show in ((town.mute, town.unmute), (town.block, town.unblock)):
        await hide("ada", "cid")
        assert await found() == []
        await show("ada", "cid")
        assert await found() == seen[:1]
    await town.choose("cid", private=True)
    assert await found() == []
    await town.choose("cid", private=False)
    await town.set_audience("cid", seen[1], Audience.PUBLIC)
    assert await found() == seen[1::-1]


async def test_an_edit_brings_a_post_and_takes_it_away(town: Town) -> None:
    await town.follow_hashtags("ada", "owl")
    post, other = await town.post("cid", "An #owl"), await town.post("cid", "A #wren")
    assert await town.entries("ada") == [owl(post)]
    await town.edit("cid", post, "A #wren")
    await town.edit("cid", other, "An #owl")
    assert await town.entries("ada") == [owl(other)]


@pytest.mark.parametrize("cap", [3, 200])
async def test_a_walk_meets_each_post_once_while_posts_arrive_and_hashtags_are_followed(found_town: Found, cap: int) -> None:
    """Also beyond what the lists hold, where it goes on in the graph."""
    town = found_town(timeline_cap=cap, recent_posts_cap=cap)
    await town.settle("ada", "bea", "cid")
    await town.follow("ada", "bea")
    await town.follow_hashtags("ada", "owl")
    posts = [await town.post(who, "An #owl") for who in ("bea", "cid") * 4]
    await town.post("cid", "A #wren above the beginning of the walk")
    await town.deliver()
    whole = [owl(post) if at % 2 else (post, None, ()) for at, post in reversed([*enumerate(posts)])]
    steps = iter(
        [
            lambda: town.post("cid", "A late #owl"),
            lambda: town.follow_hashtags("ada", "wren"),
            lambda: town.repost("bea", posts[1]),
            lambda: town.unfollow_hashtag("ada", "wren"),
        ]
    )

    async def between() -> None:
        if (step := next(steps, None)) is not None:
            await step()
            await town.deliver()

    assert await town.entries("ada", 1, between) == whole
    late, *rest = await town.entries("ada", 2)
    assert late[1] == "bea"
    assert [post for post, *_ in rest[1:]] == [post for post, *_ in whole if post != posts[1]]


async def test_a_warm_page_with_five_hashtags_is_one_round_trip_and_no_statement(town: Town, round_trips: RoundTrips) -> None:
    await town.parts.services.feeds.pulled.build()
    names = [*(f"bird{each}" for each in range(4)), "grösse"]
    posts = [await town.post("cid", f"A #{name}") for name in names for _ in range(4)]
    await town.follow_hashtags("ada", *names)
    _, after = await _page(town, 12)
    for cursor, count in ((None, 20), (after, 8)):
        await _page(town, 20, cursor)
        round_trips.clear()
        found, _ = await _page(town, 20, cursor)
        assert (round_trips.redis, round_trips.graph) == (["home_page"], [])
        assert found == posts[::-1][-count:]
    new = await town.post("dov", "A #bird3")
    round_trips.clear()
    assert (await _page(town, 20))[0] == [new, *posts[:0:-1]]
    assert round_trips.redis[0] == "home_page"
    assert not {"hashtags/newest", "hashtags/followed", "feed/build"} & {*round_trips.graph}


async def test_who_follows_no_hashtag_pays_nothing(town: Town, round_trips: RoundTrips) -> None:
    await town.follow("ada", "bea")
    await town.post("bea", "An #owl")
    await town.deliver()
    for _ in range(2):
        round_trips.clear()
        await town.entries("ada")
    assert (round_trips.redis, round_trips.graph) == (["home_page"], [])
    for pattern in ("ft:*", "ftb:*", "ht:*", "htb:*"):
        assert await town.parts.keyspace.command("KEYS", pattern) == [], pattern


async def test_the_first_page_of_all_asks_for_hashtags_twice(town: Town, round_trips: RoundTrips) -> None:
    await town.follow_hashtags("ada", "owl", "wren")
    post = await town.post("cid", "An #owl")
    await town.parts.keyspace.command("FLUSHALL")
    await town.parts.services.feeds.pulled.build()
    round_trips.clear()
    assert await town.ids("ada") == [post]
    asked = [name for name in round_trips.graph if name.startswith(("hashtags/", "feed/"))]
    assert asked == ["feed/build", "hashtags/followed", "hashtags/newest"]
    assert round_trips.redis.count("home_page") == 2
    round_trips.clear()
    await town.follow_hashtags("ada", "ibis")
    assert await town.ids("ada") == [post]
    assert [name for name in round_trips.graph if name != "hashtags/follow"] == ["hashtags/followed", "hashtags/newest"]


async def test_a_post_is_pushed_to_one_list_for_each_hashtag_whoever_follows_it(town: Town, round_trips: RoundTrips) -> None:
    for name in ("ada", "bea", "cid"):
        await town.follow_hashtags(name, "owl", "wren")
        await town.entries(name)
    for text, pushes in (("An #owl and a #wren", 1), ("No bird", 0)):
        round_trips.clear()
        await town.post("dov", text)
        assert round_trips.redis.count("hashtag_push") == pushes
    before = [await town.parts.keyspace.command("LLEN", keys.timeline(town.people[name].key)) for name in ("ada", "bea", "cid")]
    assert before == [1, 1, 1]  # the end mark


async def test_without_redis_and_without_single_lists_the_page_is_the_same(found_town: Found, town: Town, servers: Any) -> None:
    await town.follow("ada", "bea")
    await town.follow_hashtags("ada", "owl", "wren")
    for at in range(6):
        await town.post("cid" if at % 2 else "bea", "An #owl" if at % 3 else "A #wren and an #owl")
    await town.deliver()
    whole = await town.entries("ada", 2)
    assert len(whole) == 6
    ada = town.people["ada"].key
    lists = [keys.followed_hashtags(ada), *keys.tagged(["owl", "wren"])[::2], keys.followed(ada), keys.timeline(ada)]
    for name in lists:
        assert await town.parts.keyspace.command("DEL", name) == 1
        assert await town.entries("ada", 2) == whole, name
    servers.redis.kill()
    try:
        assert await town.entries("ada", 2) == whole
        await town.unfollow_hashtag("ada", "wren")
        alone = [(post, by, tuple(name for name in hashtags if name == "owl")) for post, by, hashtags in whole]
        assert await town.entries("ada", 20) == alone
    finally:
        servers.redis.start()


async def test_the_worker_does_what_redis_did_not_take_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    post = await town.post("cid", "An #owl")
    assert await town.entries("ada") == []

    async def away(_self: Any, *_: Any) -> None:
        raise Unavailable

    kind = type(town.parts.services.feeds.hashtags)
    with monkeypatch.context() as patch:
        patch.setattr(kind, "followed_changed", away)
        await town.follow_hashtags("ada", "owl")
    assert await town.entries("ada") == []
    await town.deliver()
    assert await town.entries("ada") == [owl(post)]
    with monkeypatch.context() as patch:
        patch.setattr(kind, "add", away)
        new = await town.post("dov", "An #owl")
    assert await town.entries("ada") == [owl(post)]
    events = await town.outbox()
    for _ in range(2):
        await town.handle(events)
        assert await town.entries("ada") == [owl(new), owl(post)]


async def test_a_deleted_post_takes_no_room(town: Town) -> None:
    await town.follow_hashtags("ada", "owl")
    assert await town.entries("ada") == []
    posts = [await town.post("cid", "An #owl") for _ in range(3)]
    created = [event for event in await town.outbox() if isinstance(event, PostCreated)]
    await town.delete("cid", posts[1])
    await town.deliver()
    name = keys.tagged(["owl"])[0]
    assert await town.parts.keyspace.command("LLEN", name) == 3  # two, and the end mark
    await town.handle(created)  # late
    assert await town.entries("ada") == [owl(posts[2]), owl(posts[0])]


async def test_what_was_read_before_a_change_is_not_put_in_place_after_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the hashtags somebody follows, and of the posts with one: pushes wait for the builder."""
    graph, read, go_on, held = type(town.parts.graph), type(town.parts.graph).read, asyncio.Event(), list[str]()
    await town.follow_hashtags("ada", "owl")
    old = await town.post("cid", "An #owl")

    async def slow(self: Any, name: str, /, **params: Any) -> Any:
        answer = await read(self, name, **params)
        if name in ("hashtags/followed", "hashtags/newest", "feed/build") and name not in held:
            held.append(name)
            await go_on.wait()
        return answer

    monkeypatch.setattr(graph, "read", slow)
    for waits in ("feed/build", "hashtags/followed", "hashtags/newest"):
        go_on.clear()
        reading = asyncio.create_task(town.entries("ada"))
        await until(partial(held.__contains__, waits))
        await town.unfollow_hashtag("ada", "wren") if waits == "hashtags/newest" else await town.follow_hashtags("ada", "wren")
        new = await town.post("dov", "A #wren and an #owl")
        go_on.set()
        await reading
        assert (await town.entries("ada"))[0][0] == new
        await town.parts.keyspace.command("FLUSHALL")
    assert (await town.entries("ada"))[-1] == owl(old)


@pytest.mark.parametrize("cap", [2, 4])
async def test_a_list_of_many_answers_is_complete_down_to_where_it_was_read(found_town: Found, cap: int) -> None:
    town = found_town(recent_posts_cap=cap)
    await town.settle("ada", "bea", "cid")
    await town.follow_hashtags("ada", "owl")
    posts = [await town.post("cid", "An #owl") for _ in range(3)]
    for _ in range(2 * cap):
        await town.post("bea", "Another #owl", reply_to=posts[0])
    posts.append(await town.post("cid", "An #owl"))
    assert await town.entries("ada", 1) == [owl(post) for post in posts[::-1]]
    list_ = await town.parts.keyspace.command("LRANGE", keys.tagged(["owl"])[0], 0, -1)
    assert len(list_) == 2  # the newest, and the answer down to which it was read


async def test_a_full_redis_loses_lists_and_nothing_else(town: Town) -> None:
    await town.follow_hashtags("ada", "owl")
    old = await town.post("cid", "An #owl")
    assert await town.entries("ada") == [owl(old)]
    await fill(town.parts.keyspace, dict.fromkeys(range(10_000, 10_300), 0))
    async with limited(town.parts.keyspace, lambda used: used * 0.9):
        new = await town.post("cid", "An #owl and a #wren")
        assert await town.entries("ada") == [owl(new), owl(old)]
        await town.follow_hashtags("ada", "wren")
        assert await town.entries("ada") == [(new, None, ("owl", "wren")), owl(old)]
    assert await town.entries("ada") == [(new, None, ("owl", "wren")), owl(old)]


async def test_lists_and_rows_in_two_redis_are_the_same(apart: Town) -> None:  # noqa: F811 - the fixture
    await apart.follow("ada", "bea")
    await apart.follow_hashtags("ada", "owl")
    posts = [await apart.post(who, "An #owl") for who in ("bea", "cid", "dov")]
    await apart.deliver()
    for _ in range(2):
        assert await apart.entries("ada", 1) == [owl(posts[2]), owl(posts[1]), (posts[0], None, ())]
    await apart.unfollow_hashtag("ada", "owl")
    assert await apart.entries("ada", 1) == [(posts[0], None, ())]


async def test_most_hashtags_are_merged_and_one_more_is_a_conflict(town: Town, round_trips: RoundTrips) -> None:
    names = [f"t{each}x" for each in range(FOLLOWED_MOST)]
    await town.parts.graph.write("hashtags/follow", viewer=town.people["ada"].id, tag=names[0], at=1, most=FOLLOWED_MOST)
    await asyncio.gather(*(town.follow_hashtags("ada", name) for name in names))
    with pytest.raises(Conflict):
        await town.follow_hashtags("ada", "one_more")
    posts = [await town.post("cid", f"#{name} #{names[-1]}") for name in names[:2]]
    for _ in range(2):
        round_trips.clear()
        assert await town.entries("ada") == [(posts[1], None, (names[1], names[-1])), (posts[0], None, (names[0], names[-1]))]
    assert (round_trips.redis, round_trips.graph) == (["home_page"], [])


async def _page(town: Town, first: int, after: str | None = None) -> tuple[list[str], str | None]:
    page = await town.page("ada", first, after)
    return [edge.node.id for edge in page.edges], page.page_info.end_cursor
