"""When somebody last read is noted with each page, and written to the graph now and then."""

from bench.round_trips import RoundTrips
from keyspace import keys
from keyspace.activity import MINUTE, SHARD, WHOLE, Activity, place_of
from services.delivery.most_active import LastRead
from tests.worlds.town import Town
from tests.worlds.waiting import until
from worker import last_active_of

READ = "MATCH (u:User) WHERE u.lastActiveAt IS NOT NULL RETURN collect([u.username, u.lastActiveAt]) AS rows"


async def last_read(town: Town, who: str) -> int:
    """Return the minute that is noted for somebody."""
    key = town.people[who].key
    minutes = (await Activity(town.parts.keyspace).shards([key // SHARD]))[key // SHARD]
    return minutes[key % SHARD] if key % SHARD < len(minutes) else 0


async def in_graph(town: Town) -> dict[str, int]:
    """Return when people last read as the graph says."""
    async with town.parts.graph.driver.session() as session:
        record = await (await session.run(READ)).single()
    assert record is not None
    return dict(record[0])


async def test_a_page_notes_that_its_reader_is_active_in_the_same_round_trip(town, round_trips):
    await town.ids("bea")
    before = await Activity(town.parts.keyspace).minute()
    round_trips.clear()
    await town.ids("bea")
    assert round_trips.redis == ["home_page"]
    assert before <= await last_read(town, "bea") <= await Activity(town.parts.keyspace).minute()
    assert await last_read(town, "ada") == 0


async def test_the_same_minute_is_written_once(town):
    shard, _ = place_of(town.people["bea"].key)
    await town.ids("bea")
    await town.parts.keyspace.command("PERSIST", shard)
    before = await Activity(town.parts.keyspace).minute()
    await town.ids("bea")
    if before == await Activity(town.parts.keyspace).minute():
        assert await town.parts.keyspace.command("TTL", shard) == -1
    await town.parts.keyspace.command("SETRANGE", shard, place_of(town.people["bea"].key)[1], b"\1\0\0\0")
    await town.ids("bea")
    assert await town.parts.keyspace.command("TTL", shard) > 0
    assert await last_read(town, "bea") >= before


async def test_activity_is_written_to_the_graph_once_and_never_back(town):
    last_active = last_active_of(town.parts)
    for who in ("ada", "bea"):
        await town.ids(who)
    minute = await last_read(town, "ada")
    assert await last_active.write() == 2
    assert set(await in_graph(town)) == {"ada", "bea"}
    assert (await in_graph(town))["ada"] == minute * MINUTE
    assert await last_active.write() == 0
    shard, place = place_of(town.people["ada"].key)
    await town.parts.keyspace.command("SETRANGE", shard, place, (minute + 5).to_bytes(4, "little"))
    assert await last_active.write() == 1
    await town.parts.keyspace.command("SETRANGE", shard, place, minute.to_bytes(4, "little"))
    await town.parts.keyspace.command("DEL", keys.ACTIVITY_WRITTEN)
    assert await last_active.write() == 0
    assert (await in_graph(town))["ada"] == (minute + 5) * MINUTE


async def test_nothing_is_written_where_redis_was_emptied(town):
    await town.ids("ada")
    await town.parts.keyspace.command("FLUSHALL")
    assert await last_active_of(town.parts).write() == 0


async def test_a_redis_that_lost_who_is_active_learns_it_from_the_graph_and_then_knows_it(town):
    people = {who: town.people[who].key for who in ("ada", "bea", "cid", "dov")}
    for who in ("ada", "bea"):
        await town.ids(who)
    minute = await last_read(town, "ada")
    await last_active_of(town.parts).write()
    await town.parts.keyspace.command("FLUSHALL")
    shard, place = place_of(people["bea"])
    await town.ids("cid")  # who begins a new shard
    await town.parts.keyspace.command("SETRANGE", shard, place, (minute + 5).to_bytes(4, "little"))
    known = LastRead(Activity(town.parts.keyspace), last_active_of(town.parts).restore)
    assert await known.minutes([people["ada"], people["bea"], people["dov"]]) == [minute, minute + 5, 0]
    assert await last_read(town, "ada") == minute
    trips = RoundTrips.of(town.parts)
    again = LastRead(Activity(town.parts.keyspace), last_active_of(town.parts).restore)
    assert await again.minutes([people["ada"]]) == [minute]
    assert (trips.redis, trips.graph) == (["whole_shards", "MGET"], [])
    assert await town.parts.keyspace.command("TTL", shard) > 0


async def test_who_cannot_wait_learns_what_is_at_hand_and_the_rest_is_restored_behind(town):
    ada = town.people["ada"].key
    await town.ids("ada")
    minute = await last_read(town, "ada")
    await last_active_of(town.parts).write()
    await town.parts.keyspace.command("FLUSHALL")
    known = LastRead(Activity(town.parts.keyspace), last_active_of(town.parts).restore)
    trips = RoundTrips.of(town.parts)
    assert await known.minutes_at_hand([ada]) == [0]
    assert trips.graph == []

    async def restored() -> bool:
        return await known.minutes_at_hand([ada]) == [minute]

    await until(restored)
    await known.close()


async def test_a_shard_that_is_lost_again_while_it_is_restored_is_not_taken_for_whole(town, monkeypatch):
    monkeypatch.setattr("keyspace.activity.RESTORED_AT_ONCE", 1)
    activity, keyspace = Activity(town.parts.keyspace), town.parts.keyspace
    await activity.restore(0, {1: 7, 2: 8}, 60)
    assert (await activity.whole([0]), [*(await activity.shards([0]))[0][1:3]]) == ({0}, [7, 8])
    await keyspace.command("DEL", f"{keys.ACTIVITY}0")
    assert not await keyspace.script("activity_restore", b"abc\0", WHOLE, 60, b"", keys=[f"{keys.ACTIVITY}0"])
    assert await activity.whole([0]) == set()
