"""Rows that soon expire are refreshed by one of those who read them, while all are served what stands there."""

import asyncio

import pytest

from graph.ids import new_id
from keyspace import row_cache
from keyspace.lifetimes import EarlyRefresh
from keyspace.row_cache import POSTS, USERS, RowCache

CHANCES = EarlyRefresh(((0.05, 30), (0.25, 20), (0.5, 10)))
ALWAYS = EarlyRefresh(((1.0, 1_000),))
ROW = new_id()


@pytest.fixture
def cache(keyspace):
    """A cache where each read refreshes what it can."""
    return RowCache(keyspace, life=60, early=ALWAYS)


async def filled(cache, values=("old",), kind=USERS):
    await cache.fill_rows(kind, {ROW: values and list(values)}, (await cache.rows(kind, [ROW])).leases)


@pytest.mark.parametrize(("left", "chosen"), [(45, 0), (25, 10), (15, 50), (5, 100)])
async def test_of_200_reads_as_many_refresh_as_the_settings_say(keyspace, monkeypatch, left, chosen):
    cache, draws = RowCache(keyspace, life=left, early=CHANCES), iter(range(200))
    marked = 0
    await filled(cache)
    monkeypatch.setattr(row_cache, "random", lambda: next(draws) / 200)
    for _ in range(200):
        lookup = await cache.rows(USERS, [ROW])
        assert lookup.found == {ROW: ["old"]}
        marked += len(lookup.marks)
        await cache.fill_rows(USERS, {ROW: ["old"]}, lookup.marks)
    assert marked == chosen


async def test_what_expires_is_loaded_by_whoever_comes_first(cache, keyspace):
    await filled(cache)
    await keyspace.command("DEL", USERS.key(ROW))
    lookup = await cache.rows(USERS, [ROW])
    assert (lookup.found, lookup.marks, list(lookup.leases)) == ({}, {}, [ROW])


async def test_one_refreshes_and_the_others_are_served_what_stands_there(cache):
    await filled(cache)
    lookups = await asyncio.gather(*(cache.rows(USERS, [ROW]) for _ in range(100)))
    assert [lookup.found for lookup in lookups] == [{ROW: ["old"]}] * 100
    assert sum(len(lookup.marks) for lookup in lookups) == 1


async def test_whoever_refreshes_stores_what_is_new(cache):
    await filled(cache)
    lookup = await cache.rows(USERS, [ROW])
    await cache.fill_rows(USERS, {ROW: ["new"]}, lookup.marks)
    assert (await cache.rows(USERS, [ROW])).found == {ROW: ["new"]}


async def test_a_row_that_scripts_look_into_is_read_while_it_is_refreshed(cache):
    values = (ROW, new_id())
    await filled(cache, values, POSTS)
    for _ in range(3):
        assert (await cache.rows(POSTS, [ROW])).found == {ROW: list(values)}


async def test_a_change_during_a_refresh_wins(cache):
    await filled(cache)
    old = await cache.rows(USERS, [ROW])
    await cache.invalidate([(USERS, ROW)])
    await cache.fill_rows(USERS, {ROW: ["old"]}, old.marks)
    assert (await cache.rows(USERS, [ROW])).found == {}
    await filled(cache, ("new",))
    await cache.rows(USERS, [ROW])
    await cache.fill_rows(USERS, {ROW: ["old"]}, old.marks)
    assert (await cache.rows(USERS, [ROW])).found == {ROW: ["new"]}


async def test_what_a_killed_process_was_to_refresh_expires_at_its_time(cache, keyspace):
    await filled(cache)
    expires = await keyspace.command("EXPIRETIME", USERS.key(ROW))
    assert (await cache.rows(USERS, [ROW])).marks
    lookup = await cache.rows(USERS, [ROW])
    assert (lookup.found, lookup.marks) == ({ROW: ["old"]}, {})
    assert await keyspace.command("EXPIRETIME", USERS.key(ROW)) == expires


async def test_neither_a_lease_nor_what_does_not_exist_is_refreshed(cache):
    assert (await cache.rows(USERS, [ROW])).marks == {}
    assert (await cache.rows(USERS, [ROW])).marks == {}
    await filled(cache, None)
    lookup = await cache.rows(USERS, [ROW])
    assert (lookup.found, lookup.marks) == ({ROW: None}, {})


async def test_nothing_is_chosen_while_enough_is_refreshed(cache, monkeypatch):
    monkeypatch.setattr("keyspace.flights.REFRESHES", 0)
    await filled(cache)
    assert (await cache.rows(USERS, [ROW])).marks == {}
