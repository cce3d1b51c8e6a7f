"""Changes race with posts in flight: what is announced after a change holds is told to nobody whom it excludes."""

import asyncio
from contextlib import suppress

import pytest

from errors import Unauthenticated
from graph.rows.posts import Audience
from resolvers.global_ids import encode
from services.events.post_events import PostCreated
from tests.live.conftest import post_id
from tests.live.test_user_posts import USER_POSTS
from tests.property_examples import examples
from tests.worlds.waiting import until
from tests.worlds.working import working


async def narrow(town, posts) -> list[str]:
    """Narrow what is written already of the posts, which are being written."""
    await until(lambda: posts)
    written = list(posts)
    for post in written:
        await town.set_audience("bea", post, Audience.CLOSE_FRIENDS)
    return written


CHANGES = {
    "block": (lambda town, _: town.block("bea", "ada"), lambda town: town.unblock("bea", "ada")),
    "unfollow": (lambda town, _: town.unfollow("ada", "bea"), None),
    "remove": (lambda town, _: town.parts.services.follows.remove_follower(town.people["bea"], town.people["ada"].id), None),
    "narrow": (narrow, None),
    "suspend": (
        lambda town, _: town.parts.accounts.suspension.suspend("bea", "A test."),
        lambda town: town.parts.accounts.suspension.restore("bea", "A test."),
    ),
}
"""Changes that exclude Ada from what Bea writes, or from some of it, and what undoes them beside following again."""


@pytest.mark.parametrize("change", CHANGES)
async def test_a_home_timeline_is_told_nothing_that_was_not_allowed_when_it_was_announced(serve, change):
    live = await serve(stream_buffer=10_000)
    town, (exclude, include) = live.town, CHANGES[change]
    await town.follow("cid", "bea")

    async def excluded(posts) -> tuple[int, list[str] | None]:
        narrowed = await exclude(town, posts)
        return await now(live), narrowed if change == "narrow" else None

    async with working(town.parts), live.socket("ada") as socket, live.socket("cid"):
        for _ in range(examples(12)):
            posts = list[str]()
            await town.follow("ada", "bea")
            after = list[str]()
            (since, narrowed), _ = await asyncio.gather(excluded(posts), write(town, posts))
            await write(town, after)
            marker = post_id(await town.post("ada", "marker"))
            told = await told_until(socket, marker)
            assert (len(after) == 0) == (change == "suspend")
            assert told & set(map(post_id, after)) == (set(map(post_id, after)) if change == "narrow" else set())
            assert told <= set(map(post_id, [*posts, *after]))
            assert not told & await announced_after(live, since, posts if narrowed is None else narrowed)
            if include is not None:
                await include(town)


async def test_a_stranger_is_told_nothing_of_who_went_private_before_it_was_announced(serve):
    live = await serve(stream_buffer=10_000)
    town, rounds, bea = live.town, live.town.parts.hub.rounds, encode("User", live.town.people["bea"].id)

    async def hidden() -> int:
        await town.choose("bea", private=True)
        return await now(live)

    await town.follow("ada", "bea")
    async with (
        working(town.parts),
        live.stream("ada", USER_POSTS, user=bea) as follower,
        live.stream("dov", USER_POSTS, user=bea) as stranger,
    ):
        for _ in range(examples(12)):
            posts = list[str]()
            since, _ = await asyncio.gather(hidden(), write(town, posts))
            await write(town, posts)
            assert await told_until(follower, post_id(posts[-1])) == set(map(post_id, posts[:-1]))
            await until(lambda: not rounds._ready and not rounds._running)  # all is told that was announced while she was private
            await town.choose("bea", private=False)
            marker = post_id(await town.post("bea", "marker"))
            told = await told_until(stranger, marker)
            await told_until(follower, marker)
            assert told <= set(map(post_id, posts[:3]))
            assert not told & await announced_after(live, since, posts)


async def write(town, posts) -> None:
    """Write posts of Bea, as many as she may."""
    with suppress(Unauthenticated):  # who is suspended writes no more
        for _ in range(3):
            posts.append(await town.post("bea", "in flight"))


async def now(live) -> int:
    """Give the time of Redis, in milliseconds, as places of the live stream have it."""
    seconds, microseconds = await live.town.parts.keyspace.command("TIME")
    return int(seconds) * 1_000 + int(microseconds) // 1_000


async def told_until(socket, marker: str) -> set[str]:
    """Give the global ids of the posts that are added before a marker."""
    told = set()
    while (event := await socket.next(30)).get("post", {}).get("id") != marker:
        if "post" in event:
            told.add(event["post"]["id"])
    return told


async def announced_after(live, since: int, posts) -> set[str]:
    """Give the global ids of those of the posts that were announced as new after a moment."""
    found = set()
    for entry in (await live.town.parts.live_stream.since(None, 100_000))[1]:
        payload = entry.fields.get(b"payload", b"").decode()
        if entry.fields.get(b"type") == PostCreated.type.encode() and int(entry.id.split(b"-")[0]) > since:
            found |= {post_id(post) for post in posts if post in payload}
    return found
