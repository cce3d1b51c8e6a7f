"""First pages from the heads of lists: what the statements would give, and as fresh as the last change."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from bench.round_trips import RoundTrips
from errors import Unavailable
from feeds import pipeline
from feeds.connection import Connection
from feeds.followers import followers
from feeds.following import following
from feeds.pipeline import Feed
from feeds.profile import profile
from feeds.replies import replies
from feeds.windows import Window
from graph.ids import id_at
from graph.rows.posts import Audience
from keyspace import keys
from keyspace.list_heads import FOLLOWERS, HEAD_MOST
from tests.feed.conftest import Found
from tests.worlds.town import LONG_AGO, Town
from tests.worlds.waiting import until

STATEMENTS = {
    "followers": "follows/followers", "following": "follows/following", "posts": "posts/by_author_home",
    "all posts": "posts/by_author", "replies": "posts/replies",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of Bea, and of a post of hers, as somebody reads them."""

    town: Town
    post: str

    async def page(self, name: str, first: int | None = 20, *, who: str = "ada", **window: Any) -> Connection[Any]:
        reader = self.town.reader(who)
        bea = await reader.loaders.users_by_name.one("bea")
        (post,) = await reader.loaders.hydrate([self.post])
        assert bea is not None
        assert post is not None
        feeds: Mapping[str, Callable[[], Feed[Any]]] = {
            "followers": lambda: followers(reader, bea),
            "following": lambda: following(reader, bea),
            "posts": lambda: profile(reader, bea),
            "all posts": lambda: profile(reader, bea, include_replies=True),
            "replies": lambda: replies(reader, post),
        }
        return await pipeline.page(reader, feeds[name](), Window(first, **window))

    async def ids(self, name: str, first: int = 20, *, who: str = "ada") -> list[str]:
        return [edge.node.id for edge in (await self.page(name, first, who=who)).edges]


@pytest.fixture
async def lists(town: Town) -> Lists:
    return Lists(town, await town.post("bea"))


@pytest.fixture
async def others(lists: Lists, found_town: Found) -> Lists:
    """Another process with the same people."""
    town = found_town()
    town.people = lists.town.people
    return Lists(town, lists.post)


async def crowded(town: Town, lists: Lists, count: int) -> None:
    """Let so many follow Bea, be followed by her, answer her post, and let her write as many."""
    names = [f"many{at}" for at in range(count)]
    if not names:
        return
    await town.settle(*names)
    bea = town.people["bea"].key
    rows = [[bea, [[town.people[name].key, LONG_AGO + at // 3] for at, name in enumerate(names)]]]
    rows += [[town.people[name].key, [[bea, LONG_AGO + at // 3]]] for at, name in enumerate(names)]
    await town.parts.graph.write("world/add_follows", rows=rows)
    replies_: list[list[Any]] = [
        [id_at(LONG_AGO + at, at), town.people[name].key, "Yes", None, "PUBLIC", False, lists.post, lists.post, [], [], LONG_AGO]
        for at, name in enumerate(names)
    ]
    await town.parts.graph.write("world/add_posts", rows=replies_)
    await town.has_written("bea", count)


@pytest.mark.parametrize("count", [0, HEAD_MOST - 1, HEAD_MOST, HEAD_MOST + 1])
async def test_walks_from_the_head_meet_everything_once_and_in_order(town: Town, lists: Lists, count: int) -> None:
    await crowded(town, lists, count)
    for name in STATEMENTS:
        backward, before = list[str](), None
        while True:
            page = await lists.page(name, None, last=50, before=before)
            backward[:0] = [edge.node.id for edge in page.edges]
            before = page.page_info.start_cursor
            if not page.page_info.has_previous_page:
                break
        for first in (20, HEAD_MOST - 1, 100):
            met, after = list[str](), None
            while True:
                page = await lists.page(name, first, after=after)
                met += [edge.node.id for edge in page.edges]
                after = page.page_info.end_cursor
                if not page.page_info.has_next_page:
                    break
            assert met == backward, (name, first)
        assert len(backward) >= count


async def test_warm_first_pages_and_those_that_end_in_the_head_run_no_statement(
    town: Town, lists: Lists, round_trips: RoundTrips
) -> None:
    await crowded(town, lists, HEAD_MOST + 40)
    for name, statement in STATEMENTS.items():
        for number in range(2):
            cursors: list[str | None] = [None]
            asked: list[tuple[list[str], int]] = []
            for _ in range(5):
                round_trips.clear()
                page = await lists.page(name, after=cursors[-1])
                cursors.append(page.page_info.end_cursor)
                asked.append((list(round_trips.graph), len(round_trips.redis)))
            if number:
                assert [graph for graph, _ in asked] == [[], [], [], [statement], [statement]], name
                assert asked[0][1] == 3, name  # the person, the post, and the list with its rows


async def test_of_a_page_longer_than_the_head_only_what_is_behind_it_is_read(
    town: Town, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowded(town, lists, HEAD_MOST + 40)
    for name in STATEMENTS:
        await lists.page(name)
    graph, read, asked = type(town.parts.graph), type(town.parts.graph).read, list[tuple[str, int]]()

    async def recorded(self: Any, name: str, /, **params: Any) -> Any:
        asked.append((name, params.get("limit", 0)))
        return await read(self, name, **params)

    monkeypatch.setattr(graph, "read", recorded)
    for name, statement in STATEMENTS.items():
        asked.clear()
        assert len((await lists.page(name, 100)).edges) == 100, name
        assert [limit for of, limit in asked if of == statement] == [101 - HEAD_MOST], name


async def changes_of(town: Town, post: str) -> Mapping[str, Any]:
    """Give what changes each list, twice each."""
    reply = await town.post("cid", reply_to=post)
    written = await town.post("bea")
    answer = await town.post("bea", reply_to=reply)
    return {
        "followers": [lambda: town.follow("cid", "bea"), lambda: town.unfollow("cid", "bea")],
        "following": [lambda: town.follow("bea", "dov"), lambda: town.block("dov", "bea")],
        "posts": [lambda: town.post("bea"), lambda: town.delete("bea", written)],
        "all posts": [lambda: town.post("bea", reply_to=reply), lambda: town.delete("bea", answer)],
        "replies": [lambda: town.post("cid", reply_to=post), lambda: town.delete("cid", reply)],
    }


async def test_each_change_shows_at_once_in_another_process(town: Town, lists: Lists, others: Lists) -> None:
    for name, changes in (await changes_of(town, lists.post)).items():
        for change, more in zip(changes, (1, -1), strict=True):
            before = await others.ids(name)
            await change()
            assert len(await others.ids(name)) == len(before) + more, name


async def test_a_change_without_redis_shows_when_the_worker_has_its_event(town: Town, lists: Lists, found_town: Found) -> None:
    without_redis = found_town(redis_url=SecretStr("redis://127.0.0.1:1"))
    without_redis.people = town.people
    changes = await changes_of(without_redis, lists.post)
    await town.deliver()
    for name, (change, _) in changes.items():
        before = await lists.ids(name)
        await change()
        assert await lists.ids(name) == before, name
        await town.deliver()
        assert len(await lists.ids(name)) == len(before) + 1, name


async def test_a_list_is_hidden_and_shown_as_before(town: Town, lists: Lists) -> None:
    """The head holds no more than ids: who may see what is asked at each read."""
    await town.follow("cid", "bea")
    cid = town.people["cid"].id
    assert await lists.ids("followers", who="dov") == [cid]
    await town.block("cid", "dov")
    assert await lists.ids("followers", who="dov") == []
    await town.choose("bea", hide_followers=True)
    assert await lists.ids("followers", who="ada") == []
    assert await lists.ids("followers", who="bea") == [cid]
    other = await town.post("bea")
    assert await lists.ids("posts") == [other, lists.post]
    await town.set_audience("bea", other, Audience.FOLLOWERS)
    assert await lists.ids("posts") == [lists.post]
    assert await lists.ids("posts", who="bea") == [other, lists.post]


async def test_many_who_find_no_head_read_it_once(town: Town, lists: Lists, round_trips: RoundTrips) -> None:
    await crowded(town, lists, 30)
    for name, statement in STATEMENTS.items():
        for _ in range(2):
            await lists.ids(name)
        await town.parts.keyspace.command("DEL", *await town.parts.keyspace.command("KEYS", "l?1:*"))
        round_trips.clear()
        pages = await asyncio.gather(*(lists.ids(name) for _ in range(30)))
        assert len(set(map(tuple, pages))) == 1
        assert round_trips.graph == [statement], name


async def test_what_was_read_before_a_change_is_not_stored_after_it(
    town: Town, lists: Lists, others: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, read, go_on, held = type(town.parts.graph), type(town.parts.graph).read, asyncio.Event(), list[str]()

    async def slow(self: Any, name: str, /, **params: Any) -> Any:
        answer = await read(self, name, **params)
        if name == "follows/followers" and not held:
            held.append(name)
            await go_on.wait()
        return answer

    monkeypatch.setattr(graph, "read", slow)
    reading = asyncio.create_task(others.ids("followers"))
    await until(lambda: held)
    await town.follow("cid", "bea")
    assert await others.ids("followers") == [town.people["cid"].id]
    go_on.set()
    assert await reading == []
    assert await others.ids("followers") == [town.people["cid"].id]


async def test_a_head_that_soon_expires_is_refreshed_behind_the_answer(lists: Lists, found_town: Found) -> None:
    process = found_town(early_refresh=((1.0, 1_000_000),))
    process.people = lists.town.people
    refreshing = Lists(process, lists.post)
    await lists.ids("followers")
    await lists.ids("followers")
    trips = RoundTrips.of(process.parts)
    await refreshing.ids("followers")
    await until(lambda: "fill_rows" in trips.redis and "follows/followers" in trips.graph)


async def test_without_redis_a_list_is_read_as_it_was(lists: Lists, found_town: Found) -> None:
    await lists.town.follow("cid", "bea")
    process = found_town(redis_url=SecretStr("redis://127.0.0.1:1"))
    process.people = lists.town.people
    trips = RoundTrips.of(process.parts)
    assert await Lists(process, lists.post).ids("followers") == [lists.town.people["cid"].id]
    assert trips.graph.count("follows/followers") == 1


async def test_an_error_of_the_statement_is_for_who_asks_and_is_not_kept(
    town: Town, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, read = type(town.parts.graph), type(town.parts.graph).read

    async def away(self: Any, name: str, /, **params: Any) -> Any:
        if name == "follows/followers":
            raise Unavailable
        return await read(self, name, **params)

    with monkeypatch.context() as patch:
        patch.setattr(graph, "read", away)
        with pytest.raises(Unavailable):
            await lists.ids("followers")
    assert await lists.ids("followers") == []


async def test_a_name_that_was_asked_before_is_found_when_somebody_has_it(town: Town, found_town: Found) -> None:
    other = found_town()
    other.people = town.people
    for _ in range(2):
        assert await other.reader("ada").loaders.users_by_name.one("newcomer") is None
    trips = RoundTrips.of(other.parts)
    assert await other.reader("ada").loaders.users_by_name.one("newcomer") is None
    assert (trips.graph, len(trips.redis)) == ([], 1)
    for pattern in ("u4:*", keys.RELATIONSHIPS):
        assert await town.parts.keyspace.command("KEYS", pattern) == [], pattern
    sign_up = town.parts.accounts.sign_up.run
    await sign_up("Newcomer", "newcomer@example.org", "a long enough passphrase", None, "127.0.0.1")
    found = await other.reader("ada").loaders.users_by_name.one("newcomer")
    assert found is not None
    assert found.username == "Newcomer"


async def test_the_head_of_a_long_list_is_two_kilobytes(town: Town, lists: Lists) -> None:
    await crowded(town, lists, HEAD_MOST + 10)
    await lists.ids("followers")
    size = await town.parts.keyspace.command("MEMORY", "USAGE", FOLLOWERS.key(town.people["bea"].id))
    assert size < 2_200
