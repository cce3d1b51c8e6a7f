"""Cached rows are as fresh as the last change, though another process of the product made it."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from keyspace.list_heads import ALL_POSTS, ListHead
from keyspace.row_cache import USERS, RowCache
from keyspace.viewer_flags import LIKED
from loaders.cached_rows import CachedRowById
from tests.worlds.waiting import until


@pytest.fixture
async def other(town, found_town):
    """Another process with the same people."""
    other = found_town()
    other.people = town.people
    return other


async def looked_up(town, who: str, post: str) -> tuple[int, int, bool]:
    loaders = town.context(who).loaders
    await loaders.hydrate([post])
    counts = await loaders.post_counts.one(post)
    return counts.likes, counts.replies, await loaders.flag(LIKED).one(post)


async def test_a_like_is_counted_at_once(town, other):
    post = await town.post("bea")
    assert await looked_up(other, "ada", post) == (0, 0, False)
    await town.parts.services.likes.add(town.people["ada"], post)
    assert await looked_up(other, "ada", post) == (1, 0, True)
    assert await looked_up(other, "cid", post) == (1, 0, False)
    await town.parts.services.likes.remove(town.people["ada"], post)
    assert await looked_up(other, "ada", post) == (0, 0, False)


@pytest.mark.parametrize("asked", ["before the like", "at the end"])
async def test_a_like_between_two_looks_of_one_operation_at_a_post_is_seen_by_all_others(town, other, asked):
    """Counts that the first look found say nothing about the lease that the second one got."""
    post, bea, cache = await town.post("bea"), town.people["bea"].id, other.parts.services.cache
    head = await cache.rows(ALL_POSTS, [bea])
    await cache.fill_rows(ALL_POSTS, {bea: ListHead([post], [(post,)], ended=True)}, head.leases)
    loaders = other.context("ada").loaders
    await loaders.hydrate([post])
    assert (await loaders.post_counts.one(post)).likes == 0
    if asked == "before the like":
        assert loaders.flag(LIKED).unset == {post}
    await town.parts.services.likes.add(town.people["ada"], post)
    assert (await loaders.listed(ALL_POSTS, bea, 1)).found
    assert await loaders.flag(LIKED).one(post)
    assert await looked_up(other, "ada", post) == (1, 0, True)


async def test_a_reply_is_counted_at_once_and_no_more_when_it_is_deleted(town, other):
    post = await town.post("bea")
    assert await looked_up(other, "ada", post) == (0, 0, False)
    reply = await town.post("cid", reply_to=post)
    assert await looked_up(other, "ada", post) == (0, 1, False)
    await town.delete("cid", reply)
    assert await looked_up(other, "ada", post) == (0, 0, False)


async def test_a_change_made_without_redis_is_seen_when_the_worker_has_its_event(town, found_town):
    post = await town.post("bea")
    assert await looked_up(town, "ada", post) == (0, 0, False)
    without_redis = found_town(redis_url=SecretStr("redis://127.0.0.1:1"))
    await without_redis.parts.services.likes.add(town.people["ada"], post)
    assert await looked_up(town, "ada", post) == (0, 0, False)
    await town.deliver()
    assert await looked_up(town, "ada", post) == (1, 0, True)


async def test_follows_and_counts_of_people_are_fresh_at_once(town, other):
    bea = town.people["bea"].id

    async def look():
        loaders = other.context("ada").loaders
        return (await loaders.user_counts.one(bea)).followers, (await loaders.relationships.one(bea)).following

    assert await look() == (0, False)
    await town.follow("ada", "bea")
    assert await look() == (1, True)
    await town.unfollow("ada", "bea")
    assert await look() == (0, False)


async def test_counts_are_right_while_many_change_them(town, other):
    post = await town.post("bea")
    likes, liking = town.parts.services.likes, True

    async def like(who: str) -> None:
        for _ in range(10):
            await likes.add(town.people[who], post)
            await likes.remove(town.people[who], post)
        await likes.add(town.people[who], post)

    async def look() -> None:
        while liking:
            await looked_up(other, "dov", post)

    looking = [asyncio.create_task(look()) for _ in range(4)]
    await asyncio.gather(*(like(who) for who in ("ada", "bea", "cid")))
    liking = False
    await asyncio.gather(*looking)
    assert await looked_up(other, "dov", post) == (3, 0, False)
    assert (await looked_up(other, "ada", post))[2]


class SteppedRows(CachedRowById[Any]):
    """Rows whose reads of the graph wait to be let, one by one."""

    kind, query = USERS, "none"

    def __init__(self, cache: RowCache) -> None:
        super().__init__(self, cache)  # type: ignore[arg-type]  # it is its own graph
        self.reads: list[asyncio.Future[Any]] = []

    def from_leader(self) -> "SteppedRows":
        return self

    async def read(self, _name: str, **_params: Any) -> Any:
        self.reads.append(asyncio.get_running_loop().create_future())
        return await self.reads[-1]

    @staticmethod
    def row(values: Any) -> Any:
        return values


async def test_two_looks_of_one_operation_have_leases_of_their_own(town):
    """The first read the graph before a change; the second asks after it and must not lend its lease to the first."""
    cache, bea = town.parts.services.cache, town.people["bea"].id
    rows = SteppedRows(cache)
    first = asyncio.create_task(rows.one(bea))
    await until(lambda: len(rows.reads) == 1)
    await cache.invalidate([(USERS, bea)])
    second = asyncio.create_task(rows.one(bea))
    await until(lambda: len(rows.reads) == 2)
    rows.reads[0].set_result([[bea, "old"]])
    await first
    rows.reads[1].set_result([[bea, "new"]])
    await second
    assert await SteppedRows(cache).one(bea) == [bea, "new"]


async def test_posts_and_people_that_changed_are_read_anew(town, other):
    loaders = other.context("ada").loaders
    assert (await loaders.users.one(town.people["bea"].id)).bio == ""
    await town.parts.accounts.profiles.update_profile(town.people["bea"], {"bio": "Gardens."})
    assert (await other.context("ada").loaders.users.one(town.people["bea"].id)).bio == "Gardens."
