"""Reposts on home timelines: each post once, at its newest repost that the viewer sees, or at its own place."""

import pytest

from feeds import pipeline
from feeds.home import home
from feeds.windows import Window
from graph.rows.posts import Audience, Delivery


async def shown(town, who, first=20, after=None):
    """Give the posts of a page, each with who reposted it, and its end."""
    reader = town.reader(who)
    page = await pipeline.page(reader, home(reader), Window(first, after))
    names = {viewer.id: name for name, viewer in town.people.items()}
    rows = [(edge.node.id, edge.repost and names[edge.repost.author_id]) for edge in page.edges]
    return rows, page.page_info.end_cursor if page.page_info.has_next_page else None


async def walked(town, who, first=20, between=None):
    rows, after, more = list[tuple[str, str | None]](), None, True
    while more:
        some, after = await shown(town, who, first, after)
        rows, more = rows + some, after is not None
        if more and between is not None:
            await between()
    return rows


async def test_a_repost_shows_a_post_of_somebody_whom_the_viewer_does_not_follow(town):
    await town.follow("ada", "bea")
    assert await shown(town, "ada") == ([], None)
    post = await town.post("cid")
    await town.repost("bea", post)
    await town.deliver()
    assert (await shown(town, "ada"))[0] == [(post, "bea")]
    assert (await shown(town, "bea"))[0] == [(post, "bea")]
    assert (await shown(town, "cid"))[0] == [(post, None)]


async def test_who_reposts_sees_it_at_once(town):
    assert await shown(town, "ada") == ([], None)
    post = await town.post("bea")
    await town.repost("ada", post)
    assert (await shown(town, "ada"))[0] == [(post, "ada")]
    await town.unrepost("ada", post)
    assert (await shown(town, "ada"))[0] == []


@pytest.mark.parametrize("first", [1, 2, 20])
@pytest.mark.parametrize("mode", [*Delivery, None])
async def test_a_post_stands_once_at_its_newest_repost(town, first, mode):
    """Pushed, pushed to some, pulled, and read from the graph."""
    if mode is not None:
        await town.parts.delivery_controls.pin(0, mode)
    await town.follow("ada", "bea", "cid", "dov")
    await shown(town, "ada")
    old = await town.post("bea")
    await town.repost("cid", old)
    other = await town.post("bea")
    await town.repost("dov", old)
    new = await town.post("bea")
    await town.repost("cid", other)
    await town.deliver()
    if mode is None:
        await town.parts.keyspace.command("FLUSHALL")
    assert await walked(town, "ada", first) == [(other, "cid"), (new, None), (old, "dov")]
    await town.unrepost("dov", old)
    await town.deliver()
    assert await walked(town, "ada", first) == [(other, "cid"), (new, None), (old, "cid")]
    await town.unrepost("cid", old)
    assert await walked(town, "ada", first) == [(other, "cid"), (new, None), (old, None)]


async def hides_by_mute(town, post):
    await town.mute("ada", "dov")


async def hides_by_mute_of_reposts(town, post):
    await town.parts.services.muted_users.mute(town.people["ada"], town.people["dov"].id, None, reposts_only=True)


async def hides_by_unfollow(town, post):
    await town.unfollow("ada", "dov")


async def hides_by_block(town, post):
    await town.block("dov", "ada")


async def hides_by_suspension(town, post):
    await town.parts.accounts.suspension.suspend("dov", "It was asked for.")


@pytest.mark.parametrize("first", [1, 20])
@pytest.mark.parametrize(
    "hide", [hides_by_mute, hides_by_mute_of_reposts, hides_by_unfollow, hides_by_block, hides_by_suspension]
)
async def test_a_repost_that_is_hidden_hides_nothing(town, hide, first):
    await town.follow("ada", "bea", "cid", "dov")
    await shown(town, "ada")
    post = await town.post("bea")
    await town.repost("cid", post)
    other = await town.post("dov")
    await town.repost("dov", post)
    await town.deliver()
    assert (await shown(town, "ada"))[0] == [(post, "dov"), (other, None)]
    await hide(town, post)
    own = [(other, None)] if hide is hides_by_mute_of_reposts else []
    assert await walked(town, "ada", first) == [*own, (post, "cid")]


async def test_the_policy_of_the_post_decides(town):
    await town.follow("ada", "bea")
    posts = [await town.post("cid", text) for text in ("Rain.", "Sun.", "Hail.", "Snow.")]
    for post in posts:
        await town.repost("bea", post)
    await town.deliver()
    assert [post for post, _ in (await shown(town, "ada"))[0]] == posts[::-1]
    await town.set_audience("cid", posts[0], Audience.FOLLOWERS)
    await town.delete("cid", posts[1])
    assert [post for post, _ in (await shown(town, "ada"))[0]] == [posts[3], posts[2]]
    await town.follow("ada", "cid")
    assert [post for post, _ in (await shown(town, "ada"))[0]] == [posts[3], posts[2], posts[0]]
    await town.unfollow("ada", "cid")
    await town.mute("ada", "cid")
    assert (await shown(town, "ada"))[0] == []
    await town.unmute("ada", "cid")
    await town.block("cid", "ada")
    assert (await shown(town, "ada"))[0] == []
    assert [post for post, _ in (await shown(town, "bea"))[0]] == [posts[3], posts[2]]


@pytest.mark.parametrize("cached", [True, False])
async def test_a_walk_is_of_its_beginning_while_reposts_arrive(town, cached):
    await town.follow("ada", "bea", "cid")
    await shown(town, "ada")
    posts = [await town.post("bea") for _ in range(5)]
    await town.deliver()
    arriving = iter(posts)

    async def between():
        await town.repost("cid", next(arriving))
        await town.deliver()
        if not cached:
            await town.parts.keyspace.command("FLUSHALL")

    assert await walked(town, "ada", 1, between) == [(post, None) for post in posts[::-1]]
    now = [(post, "cid") for post in posts[3::-1]]
    assert await walked(town, "ada", 2) == [*now, (posts[4], None)]


async def test_of_many_reposts_that_are_hidden_the_graph_tells_whether_one_is_seen(found_town):
    town = found_town()
    names = [f"muted{each}" for each in range(6)]
    await town.settle("ada", "bea", "cid", *names)
    await town.follow("ada", "bea", "cid", *names)
    await shown(town, "ada")
    post = await town.post("bea")
    for name in ("cid", *names):
        await town.repost(name, post)
        await town.mute("ada", name) if name != "cid" else None
    newest = await town.post("bea")
    await town.deliver()
    for first in (1, 2, 20):
        assert await walked(town, "ada", first) == [(newest, None), (post, "cid")]
    await town.unrepost(names[-1], post)  # its entry stays until that is delivered
    for first in (1, 2, 20):
        assert await walked(town, "ada", first) == [(newest, None), (post, "cid")]


async def test_a_follow_brings_reposts_of_before(town):
    post = await town.post("cid")
    await town.repost("bea", post)
    await town.deliver()
    assert (await shown(town, "ada"))[0] == []
    await town.follow("ada", "bea")
    assert (await shown(town, "ada"))[0] == [(post, "bea")]


async def test_a_warm_page_with_reposts_is_one_round_trip_and_no_statement(town, round_trips):
    await town.parts.services.feeds.pulled.build()
    await town.follow("ada", "bea", "cid")
    await shown(town, "ada")
    posts = [await town.post("dov") for _ in range(8)]
    for at, post in enumerate(posts):
        await town.repost("bea" if at % 2 else "cid", post)
        if at % 4 == 0:
            await town.repost("bea", post)
    await town.deliver()
    _, after = await shown(town, "ada", 3)
    for cursor, count in ((None, 8), (after, 5)):
        await shown(town, "ada", 20, cursor)
        round_trips.clear()
        assert len((await shown(town, "ada", 20, cursor))[0]) == count
        assert (round_trips.redis, round_trips.graph) == (["home_page"], [])


async def test_a_cold_page_of_reposts_asks_for_them_once(town, round_trips):
    await town.parts.services.feeds.pulled.build()
    await town.follow("ada", "bea")
    posts = [await town.post("cid") for _ in range(4)]
    for post in posts:
        await town.repost("bea", post)
    await town.parts.keyspace.command("FLUSHALL")
    await town.parts.services.feeds.pulled.build()
    round_trips.clear()
    assert [post for post, _ in (await shown(town, "ada"))[0]] == posts[::-1]
    assert sorted(round_trips.graph) == sorted(
        ["feed/build", "reposts/by_id", "posts/by_id", "users/by_id", "users/by_id", "relationships/of_viewers",
         "relationships/of_viewers", "mutes/topics"]
    )  # fmt: skip
