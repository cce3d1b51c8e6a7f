"""A writer leases rows, commits and fills, while somebody changes what it wrote and another reads: every order of their steps."""

import asyncio
from collections.abc import Sequence
from typing import Any

from errors import Unavailable
from graph.ids import new_id
from keyspace.new_rows import NewRows
from keyspace.row_cache import POST_COUNTS, USERS, Lookup, RowCache
from tests.keyspace.test_leases import orders

MAKER, CHANGER, READER = ("lease", "commit", "fill"), ("change", "invalidate"), ("look", "read", "store")


def cache_of(keyspace) -> RowCache:
    return RowCache(keyspace, life=60)


class Story:
    """A row that does not exist at first, has version 1 once it is committed, and version 2 once it is changed."""

    def __init__(self, cache: RowCache) -> None:
        self.cache, self.id = cache, new_id()
        self.truth: list[int] | None = None
        self.new = NewRows(cache, self.id, (USERS,))
        self.found: Lookup[Any] = Lookup()
        self.read_then: list[int] | None = None

    async def lease(self) -> None:
        async with self.new:
            pass
        self.new.look()

    async def commit(self) -> None:
        self.truth = [1]

    async def fill(self) -> None:
        await self.new.store({USERS: [1]})

    async def change(self) -> None:
        self.truth = [2]

    async def invalidate(self) -> None:
        await self.cache.invalidate([(USERS, self.id)])

    async def look(self) -> None:
        self.found = await self.cache.rows(USERS, [self.id])

    async def read(self) -> None:
        self.read_then = self.truth

    async def store(self) -> None:
        await self.cache.fill_rows(USERS, {self.id: self.read_then}, self.found.leases)

    async def cached(self) -> object:
        return (await self.cache.rows(USERS, [self.id])).found.get(self.id, "nothing")


def makes_sense(order: Sequence[tuple[str, str]]) -> bool:
    """Return whether what is changed exists, and is looked up by who can know its id."""
    commit = order.index(("maker", "commit"))
    return commit < order.index(("changer", "change")) and commit < order.index(("reader", "look"))


async def test_what_is_stored_is_never_older_than_the_last_change(keyspace):
    possible = [each for each in orders({"maker": MAKER, "changer": CHANGER, "reader": READER}) if makes_sense(each)]
    assert len(possible) > 50
    for order in possible:
        story = Story(cache_of(keyspace))
        for _, step in order:
            await getattr(story, step)()
        assert await story.cached() in ("nothing", story.truth), order


async def test_the_first_reader_finds_what_was_written(keyspace):
    story = Story(cache_of(keyspace))
    for step in MAKER:
        await getattr(story, step)()
    assert await story.cached() == [1]


async def test_a_lease_that_is_not_certain_before_the_commit_fills_nothing(keyspace):
    new = NewRows(cache_of(keyspace), new_id(), (USERS, POST_COUNTS))
    async with new:
        new.look()  # Redis was not asked yet
    await new.store({USERS: [1], POST_COUNTS: [0, 0]})
    assert not (await cache_of(keyspace).rows(POST_COUNTS, [new.id])).found


async def test_without_redis_nothing_is_leased_and_nobody_fails(keyspace, monkeypatch):
    async def unavailable(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(type(keyspace), "script", unavailable)
    async with NewRows(cache_of(keyspace), new_id(), (USERS,)) as new:
        await asyncio.sleep(0)
    new.look()
    await new.store({USERS: [1]})
