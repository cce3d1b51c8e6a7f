"""Changes race with posts and likes in flight on the streams of a person, of a conversation and of counts."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from errors import NotFound, Unauthenticated
from graph.rows.posts import Audience
from keyspace import keys
from resolvers.global_ids import encode
from services.live.places import place_of
from tests.live.conftest import post_id
from tests.live.test_post_counts import POST_COUNTS
from tests.live.test_races import CHANGES, announced_after, now, told_until
from tests.live.test_threads import THREAD
from tests.live.test_user_posts import USER_POSTS
from tests.property_examples import examples
from tests.worlds.waiting import until
from tests.worlds.working import working

OPENED: dict[str, tuple[str, Callable[[Any, str], dict[str, Any]]]] = {
    "userPosts": (USER_POSTS, lambda town, _: {"user": encode("User", town.people["bea"].id), "replies": True}),
    "thread": (THREAD, lambda _, root: {"post": post_id(root)}),
}
"""Streams that tell what Bea answers, and what they are opened by."""


@pytest.mark.parametrize("change", ["block", "remove", "narrow", "suspend"])
@pytest.mark.parametrize("stream", OPENED)
async def test_a_stream_of_posts_is_told_nothing_that_was_not_allowed_when_it_was_announced(serve, stream, change):
    live = await serve(stream_buffer=10_000)
    town, (exclude, include), (document, by) = live.town, CHANGES[change], OPENED[stream]
    rounds = town.parts.hub.rounds
    await town.follow("cid", "bea")
    await town.befriend("bea", "cid")
    root = await town.post("dov", "root")
    await town.deliver()

    async def excluded(posts) -> tuple[int, list[str] | None]:
        narrowed = await exclude(town, posts)
        return await now(live), narrowed if change == "narrow" else None

    async def write(posts) -> None:
        with suppress(Unauthenticated):  # who is suspended writes no more
            for _ in range(3):
                posts.append(await town.post("bea", "in flight", root, Audience.FOLLOWERS))

    opened_by = by(town, root)
    async with (
        working(town.parts),
        live.stream("ada", document, **opened_by) as socket,
        live.stream("cid", document, **opened_by) as follower,
    ):
        for _ in range(examples(3)):
            posts, after = list[str](), list[str]()
            await town.follow("ada", "bea")
            (since, narrowed), _ = await asyncio.gather(excluded(posts), write(posts))
            await write(after)
            assert (len(after) == 0) == (change == "suspend")
            await until(partial(all_announced, live, [*posts, *after]), 30)
            await until(lambda: not rounds._ready and not rounds._running)  # all is told that was announced meanwhile
            if include is not None:
                await include(town)
            marker = post_id(await town.post("bea", "marker", root))
            told = await told_until(socket, marker)
            await told_until(follower, marker)
            assert told & set(map(post_id, after)) == (set(map(post_id, after)) if change == "narrow" else set())
            assert told <= set(map(post_id, [*posts, *after]))
            assert not told & await announced_after(live, since, posts if narrowed is None else narrowed)


async def all_announced(live, posts) -> bool:
    """Return whether all of these posts are announced, and handed to those whom they may concern."""
    newest = await live.town.parts.live_stream.begin()
    return await announced_after(live, 0, posts) == set(map(post_id, posts)) and live.town.parts.hub._last == place_of(*newest)


@pytest.mark.parametrize("change", ["block", "remove", "narrow"])
async def test_no_count_is_told_that_changed_when_its_post_was_hidden(serve, change):
    live = await serve(stream_buffer=10_000)
    town, (exclude, include) = live.town, CHANGES[change]
    likes = town.parts.services.likes
    for name in ("cid", "dov"):
        await town.follow(name, "bea")
        await town.befriend("bea", name)

    async def like(who: str, posts) -> None:
        for post in posts:
            await likes.add(town.people[who], post)

    async with working(town.parts):
        for _ in range(examples(2)):
            await town.follow("ada", "bea")
            posts, own = [await town.whisper("bea") for _ in range(3)], await town.post("ada", "marker")
            watched = [post_id(post) for post in (*posts, own)]
            async with (
                live.stream("ada", POST_COUNTS, posts=watched) as socket,
                live.stream("cid", POST_COUNTS, posts=watched) as friend,
            ):
                await asyncio.gather(exclude(town, posts), like("cid", posts))
                await like("dov", posts)
                left = set(watched[:-1])
                while left:
                    event = await friend.next(30)
                    if event["post"]["likeCount"] == 2:
                        left.discard(event["post"]["id"])
                await likes.add(town.people["dov"], own)
                while (event := await socket.next(30)).get("post", {}).get("id") != watched[-1]:
                    assert event.get("postId") in watched or event["post"]["likeCount"] == 1
            if include is not None:
                await include(town)


async def test_no_count_of_a_suspended_author_is_told(serve):
    live = await serve(stream_buffer=10_000)
    town, likes = live.town, live.town.parts.services.likes

    async def like(who: str, posts) -> None:
        with suppress(NotFound):  # the author is suspended
            for post in posts:
                await likes.add(town.people[who], post)

    async def told_before_a_like_of(who: str, socket, own: str) -> list[dict[str, Any]]:
        await likes.add(town.people[who], own)
        told = list[dict[str, Any]]()
        while (event := await socket.next(30)).get("post", {}).get("id") != post_id(own):
            told.append(event)
        return told

    async with working(town.parts):
        for _ in range(examples(3)):
            posts, own = [await town.post("bea") for _ in range(3)], await town.post("ada", "marker")
            async with live.stream("ada", POST_COUNTS, posts=[post_id(post) for post in (*posts, own)]) as socket:
                await asyncio.gather(town.parts.accounts.suspension.suspend("bea", "A test."), like("cid", posts))
                assert all(event["post"]["likeCount"] == 1 for event in await told_before_a_like_of("cid", socket, own))
                await town.parts.keyspace.command("SADD", keys.LIVE_COUNTS_WAITING, *posts)  # as if they were liked before
                assert await told_before_a_like_of("dov", socket, own) == []
                await town.parts.accounts.suspension.restore("bea", "A test.")
                await likes.add(town.people["dov"], posts[0])
                assert (await socket.next(30))["post"]["id"] == post_id(posts[0])
