"""Changes race with posts and likes in flight on the streams of a person, of a conversation and of counts."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from graph.rows.posts import Audience
from resolvers.global_ids import encode
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


@pytest.mark.parametrize("change", ["block", "remove", "narrow"])
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
            await told_until(follower, post_id(after[-1]))
            await until(lambda: not rounds._ready and not rounds._running)  # all is told that was announced meanwhile
            if include is not None:
                await include(town)
            marker = post_id(await town.post("bea", "marker", root))
            told = await told_until(socket, marker)
            await told_until(follower, marker)
            assert told & set(map(post_id, after)) == (set(map(post_id, after)) if change == "narrow" else set())
            assert told <= set(map(post_id, [*posts, *after]))
            assert not told & await announced_after(live, since, posts if narrowed is None else narrowed)


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
