"""What many ask for at once is read from the graph once, and what soon expires is read again behind an answer."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest

from bench.round_trips import RoundTrips
from errors import Unavailable
from keyspace import keys, row_cache
from keyspace.row_cache import LOOKS, USERS
from tests.worlds.waiting import until

ALWAYS = {"early_refresh": ((1.0, 1_000_000),)}
OF_ANOTHER = b"?" + b"of another one"


@pytest.fixture
async def bea(town):
    """The id of Bea, whom this process has read."""
    id_ = town.people["bea"].id
    await town.context("ada").loaders.users.one(id_)
    return id_


async def expired(town, id_: str) -> None:
    await town.parts.keyspace.command("PEXPIRE", USERS.key(id_), 1)

    async def gone():
        return await town.parts.keyspace.command("EXISTS", USERS.key(id_)) == 0

    await until(gone)


async def test_2000_readers_of_a_row_that_expired_make_one_statement(town, bea, round_trips):
    await expired(town, bea)
    round_trips.clear()
    rows = await asyncio.gather(*(town.context("ada").loaders.users.one(bea) for _ in range(2_000)))
    assert {row.id for row in rows} == {bea}
    assert round_trips.graph == ["users/by_id"]
    assert round_trips.redis.count("fill_rows") == 1


async def test_readers_of_cold_pages_at_once_share_every_statement_about_what_they_share(town, round_trips):
    await town.follow("ada", "bea")
    await town.post("bea")
    await town.page("ada")
    prefixes = [keys.POST, keys.POST_COUNTS, keys.USER, keys.MUTED_TOPICS, keys.relationships(town.people["ada"].key).encode()]
    for prefix in prefixes:
        await town.parts.keyspace.command("DEL", *await town.parts.keyspace.command("KEYS", prefix + b"*"))
    round_trips.clear()
    pages = await asyncio.gather(*(town.page("ada") for _ in range(20)))
    assert {len(page.edges) for page in pages} == {1}
    assert Counter(round_trips.graph) == Counter(["posts/by_id", "users/by_id", "relationships/of_viewers", "mutes/topics"])


@dataclass(slots=True)
class Held:
    """The first look for users in the graph: `answered` once it was made, it returns when it may `go_on`."""

    answered: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def held(town, monkeypatch):
    graph, held = type(town.parts.graph), Held()
    read = graph.read

    async def slow(self, name, /, **params):
        answer = await read(self, name, **params)
        if name == "users/by_id" and not held.answered:
            held.answered.append(name)
            await held.go_on.wait()
        return answer

    monkeypatch.setattr(graph, "read", slow)
    return held


async def test_who_goes_away_does_not_end_what_others_wait_for(town, bea, round_trips, held):
    await expired(town, bea)
    round_trips.clear()
    leader, *others = [asyncio.create_task(town.context("ada").loaders.users.one(bea)) for _ in range(10)]
    await until(lambda: held.answered)
    leader.cancel()
    await asyncio.gather(leader, return_exceptions=True)
    held.go_on.set()
    assert {row.id for row in await asyncio.gather(*others)} == {bea}
    assert leader.cancelled()
    assert round_trips.graph == ["users/by_id"]


async def test_what_another_process_loads_is_waited_for(town, bea, round_trips, monkeypatch):
    cache = town.parts.services.cache
    values = (await cache.rows(USERS, [bea])).found[bea]
    await cache.keyspace.command("SET", USERS.key(bea), OF_ANOTHER)
    round_trips.clear()
    monkeypatch.setattr(row_cache, "LOOKS", 1_000_000)
    reading = asyncio.create_task(town.context("ada").loaders.users.one(bea))
    await until(lambda: round_trips.redis.count("lease_rows") > 2)
    await cache.fill_rows(USERS, {bea: values}, {bea: OF_ANOTHER})
    assert (await reading).id == bea
    assert round_trips.graph == []


async def test_what_another_process_does_not_load_after_all_is_read_after_a_moment(town, bea, round_trips):
    await town.parts.keyspace.command("SET", USERS.key(bea), OF_ANOTHER)
    round_trips.clear()
    assert (await town.context("ada").loaders.users.one(bea)).id == bea
    assert round_trips.graph == ["users/by_id"]
    assert round_trips.redis == ["lease_rows"] * (1 + LOOKS) + ["fill_rows"]
    await town.context("ada").loaders.users.one(bea)
    assert round_trips.graph == ["users/by_id"]


async def test_who_asks_after_a_change_is_not_given_what_was_read_before_it(town, bea, held):
    await expired(town, bea)
    before = asyncio.create_task(town.context("ada").loaders.users.one(bea))
    await until(lambda: held.answered)
    await town.parts.accounts.profiles.update_profile(town.people["bea"], {"bio": "Gardens."})
    assert (await town.context("cid").loaders.users.one(bea)).bio == "Gardens."
    held.go_on.set()
    assert (await before).bio == ""
    assert (await town.context("dov").loaders.users.one(bea)).bio == "Gardens."


@pytest.fixture
async def refreshing(town, found_town):
    """A process where each read refreshes what it can, and Ada's home page is warm there."""
    process = found_town(**ALWAYS)
    process.people = town.people
    await town.follow("ada", "bea")
    post = await town.post("bea")
    for _ in range(2):
        await town.page("ada")
    await town.context("ada").loaders.post_counts.one(post)
    return process


@pytest.fixture
def refreshed(refreshing):
    """The round trips of the process that refreshes."""
    return RoundTrips.of(refreshing.parts)


async def test_a_warm_page_of_rows_that_soon_expire_is_one_round_trip_and_is_refreshed_behind_it(refreshing, refreshed):
    page = await refreshing.page("ada")
    assert (len(page.edges), refreshed.redis, refreshed.graph) == (1, ["home_page"], [])
    await refreshing.parts.services.cache.flights.close()
    assert Counter(refreshed.graph) == Counter(["posts/by_id", "posts/counts", "users/by_id", "mutes/topics"])
    assert Counter(refreshed.redis) == Counter({"home_page": 1, "fill_rows": 4})


async def test_people_who_are_looked_up_are_refreshed(refreshing, refreshed):
    bea = refreshing.people["bea"].id
    assert (await refreshing.context("ada").loaders.visible_users.one(bea)).id == bea
    await refreshing.parts.services.cache.flights.close()
    assert refreshed.graph == ["users/by_id"]
    refreshed.clear()
    assert (await refreshing.context("ada").loaders.users.one(bea)).id == bea
    await refreshing.parts.services.cache.flights.close()
    assert refreshed.graph == ["users/by_id"]


async def test_a_refresh_that_fails_is_not_felt(refreshing, refreshed, monkeypatch):
    async def away(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(type(refreshing.parts.graph), "read", away)
    for _ in range(2):
        page = await refreshing.page("ada")
        assert len(page.edges) == 1
        await refreshing.parts.services.cache.flights.close()
    assert refreshed.redis == ["home_page"] * 2
