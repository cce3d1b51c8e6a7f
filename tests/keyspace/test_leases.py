"""Readers look, read the graph and fill; a writer commits and then spoils: every order of their steps."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from graph.ids import new_id
from keyspace import keys
from keyspace.hot import USERS, Hot, Leases, Look

POST = new_id()
HASH = keys.likes(1)
READER, WRITER = ("look", "read", "fill"), ("commit", "spoil")


class Rows:
    """A row whose value is the version of the truth."""

    def __init__(self, hot: Hot) -> None:
        self.hot = hot

    async def look(self) -> Look[Any]:
        return await self.hot.rows(USERS, [POST])

    async def fill(self, version: int, leases: Leases) -> None:
        await self.hot.fill_rows(USERS, {POST: [version]}, leases)

    async def spoil(self) -> None:
        await self.hot.spoil([(USERS, POST)])

    def value(self, version: int) -> object:
        return [version]


class Facts(Rows):
    """A fact that every change turns round."""

    async def look(self) -> Look[Any]:
        return await self.hot.facts(HASH, [POST], bytes)

    async def fill(self, version: int, leases: Leases) -> None:
        await self.hot.fill_facts(HASH, {POST: self.value(version)}, leases)

    async def spoil(self) -> None:
        await self.hot.spoil([], [(HASH, POST)])

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


@pytest.mark.parametrize("kept", [Rows, Facts])
@pytest.mark.parametrize(
    "tasks",
    [{"ann": READER, "ben": READER, "writer": WRITER}, {"ann": READER, "writer": (*WRITER, *WRITER)}],
    ids=["two readers and a change", "a reader and two changes"],
)
async def test_what_is_hot_is_never_older_than_the_last_change(keyspace, kept, tasks):
    place = kept(Hot(keyspace, life=60))
    for order in orders(tasks):
        await place.spoil()
        truth, spoiled = 0, True
        leases: dict[str, Leases] = {}
        read: dict[str, int] = {}
        for who, step in order:
            if step == "look":
                look = await place.look()
                assert not spoiled or look.found in ({}, {POST: place.value(truth)}), order
                leases[who] = look.leases
            elif step == "read":
                read[who] = truth
            elif step == "fill":
                await place.fill(read[who], leases[who])
            elif step == "commit":
                truth, spoiled = truth + 1, False
            else:
                await place.spoil()
                spoiled = True
        assert (await place.look()).found in ({}, {POST: place.value(truth)}), order


async def test_a_reader_fills_what_it_leased(keyspace):
    hot = Hot(keyspace, life=60)
    look = await hot.rows(USERS, [POST])
    await hot.fill_rows(USERS, {POST: ["ada"]}, look.leases)
    assert (await hot.rows(USERS, [POST])).found == {POST: ["ada"]}


async def test_who_comes_second_may_fill_as_well(keyspace):
    """Else a reader who leaves a lease and does not fill would keep all others from it until the lease ends."""
    hot = Hot(keyspace, life=60)
    await hot.rows(USERS, [POST])
    second = await hot.rows(USERS, [POST])
    await hot.fill_rows(USERS, {POST: ["ada"]}, second.leases)
    assert (await hot.rows(USERS, [POST])).found == {POST: ["ada"]}


async def test_a_hash_of_facts_ends_however_often_it_is_read(keyspace):
    hot, hash_ = Hot(keyspace, life=60), keys.likes(1)
    await hot.facts(hash_, [POST], bytes)
    await keyspace.command("EXPIRE", hash_, 5)
    await hot.facts(hash_, [new_id()], bytes)
    assert await keyspace.command("TTL", hash_) <= 5


async def test_a_lease_that_nobody_fills_ends(keyspace):
    await Hot(keyspace, life=60).rows(USERS, [POST])
    assert 0 < await keyspace.command("TTL", USERS.key(POST)) <= 10
