"""Readers look, read the graph and fill; a writer commits and then invalidates: every order of their steps."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from graph.ids import new_id
from keyspace.row_cache import USERS, Leases, Lookup, RowCache
from keyspace.viewer_flags import LIKED

POST = new_id()
HASH = LIKED.hash_of(1)
READER, WRITER = ("look", "read", "fill"), ("commit", "invalidate")


class Rows:
    """A row whose value is the version of the truth."""

    def __init__(self, cache: RowCache) -> None:
        self.cache = cache

    async def look(self) -> Lookup[Any]:
        return await self.cache.rows(USERS, [POST])

    async def fill(self, version: int, leases: Leases) -> None:
        await self.cache.fill_rows(USERS, {POST: [version]}, leases)

    async def invalidate(self) -> None:
        await self.cache.invalidate([(USERS, POST)])

    def value(self, version: int) -> object:
        return [version]


class Fields(Rows):
    """A field that every change turns round."""

    async def look(self) -> Lookup[Any]:
        return await self.cache.fields(HASH, [POST], bytes)

    async def fill(self, version: int, leases: Leases) -> None:
        await self.cache.fill_fields(HASH, {POST: self.value(version)}, leases)

    async def invalidate(self) -> None:
        await self.cache.invalidate([], [(HASH, POST)])

    def value(self, version: int) -> bytes:
        return b"%d" % (version % 2)


def orders(left: Mapping[str, tuple[str, ...]]) -> Iterator[list[tuple[str, str]]]:
    """Give every order of what each still has to do that keeps the order of each."""
    if not any(left.values()):
        yield []
    for who, steps in left.items():
        if steps:
            for rest in orders({**left, who: steps[1:]}):
                yield [(who, steps[0]), *rest]


@pytest.mark.parametrize("cached", [Rows, Fields])
@pytest.mark.parametrize(
    "tasks",
    [{"ann": READER, "ben": READER, "writer": WRITER}, {"ann": READER, "writer": (*WRITER, *WRITER)}],
    ids=["two readers and a change", "a reader and two changes"],
)
async def test_what_is_cached_is_never_older_than_the_last_change(keyspace, cached, tasks):
    place = cached(RowCache(keyspace, life=60))
    for order in orders(tasks):
        await place.invalidate()
        truth, invalidated = 0, True
        leases: dict[str, Leases] = {}
        read: dict[str, int] = {}
        for who, step in order:
            if step == "look":
                look = await place.look()
                assert not invalidated or look.found in ({}, {POST: place.value(truth)}), order
                leases[who] = look.leases
            elif step == "read":
                read[who] = truth
            elif step == "fill":
                await place.fill(read[who], leases[who])
            elif step == "commit":
                truth, invalidated = truth + 1, False
            else:
                await place.invalidate()
                invalidated = True
        assert (await place.look()).found in ({}, {POST: place.value(truth)}), order


async def test_a_reader_fills_what_it_leased(keyspace):
    cache = RowCache(keyspace, life=60)
    look = await cache.rows(USERS, [POST])
    await cache.fill_rows(USERS, {POST: ["ada"]}, look.leases)
    assert (await cache.rows(USERS, [POST])).found == {POST: ["ada"]}


async def test_who_comes_second_may_fill_as_well(keyspace):
    """Else a reader who leaves a lease and does not fill would keep all others from it until the lease ends."""
    cache = RowCache(keyspace, life=60)
    await cache.rows(USERS, [POST])
    second = await cache.rows(USERS, [POST])
    await cache.fill_rows(USERS, {POST: ["ada"]}, second.leases)
    assert (await cache.rows(USERS, [POST])).found == {POST: ["ada"]}


@pytest.mark.parametrize("forgets", [False, True])
@pytest.mark.parametrize("cached", [Rows, Fields])
async def test_a_lookup_that_is_sent_again_leaves_another_lease(keyspace, monkeypatch, cached, forgets):
    """Its answer was lost. Others found its first lease and read the graph, then a change came, then it was sent again."""
    place, ask = cached(RowCache(keyspace, life=60)), keyspace.shared._asked
    await place.look()  # Redis knows the script
    await place.invalidate()
    others: list[Lookup[Any]] = []

    async def answer_lost(packed):
        monkeypatch.undo()
        await ask(packed)
        others.append(await place.look())
        await place.invalidate()
        if forgets:  # as a Redis that starts again forgets its scripts
            await keyspace.command("SCRIPT", "FLUSH")
        raise RedisConnectionError

    monkeypatch.setattr(keyspace.shared, "_asked", answer_lost)
    mine = await place.look()
    assert others[0].leases.keys() == mine.leases.keys() == {POST}
    await place.fill(0, others[0].leases)
    assert (await place.look()).found == {}
    await place.fill(1, mine.leases)
    assert (await place.look()).found == {POST: place.value(1)}


async def test_a_hash_of_fields_ends_however_often_it_is_read(keyspace):
    cache, hash_ = RowCache(keyspace, life=60), LIKED.hash_of(1)
    await cache.fields(hash_, [POST], bytes)
    await keyspace.command("EXPIRE", hash_, 5)
    await cache.fields(hash_, [new_id()], bytes)
    assert await keyspace.command("TTL", hash_) <= 5


async def test_a_lease_that_nobody_fills_ends(keyspace):
    await RowCache(keyspace, life=60).rows(USERS, [POST])
    assert 0 < await keyspace.command("TTL", USERS.key(POST)) <= 10
