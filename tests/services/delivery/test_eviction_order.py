"""What a Redis near its limit loses when lists are not all that it holds: plans that are done, and rows that nobody reads."""

from collections.abc import Sequence

from graph.ids import id_at, pack
from keyspace import keys
from keyspace.activity import Activity
from keyspace.memory import memory_of
from keyspace.roles import Role
from services.delivery.eviction import RETAINED
from tests.worlds.memory import ABOVE, eviction, fill, limited, listed_of

POSTS = [pack(id_at(at, 1)) for at in range(300)]
TEXT = b"x" * 10_000


def nearly_full(used: int) -> float:
    return used / 0.9


async def existing(keyspace, names: Sequence[bytes]) -> int:
    return int(await keyspace.command("EXISTS", *names))


async def test_plans_that_are_done_go_before_lists_that_are_read_and_those_under_way_stay(keyspace):
    now = await Activity(keyspace).minute()
    minutes = dict.fromkeys(range(20), now)
    await fill(keyspace, minutes)
    done, open_ = [keys.FAN_OUT_PLAN + post for post in POSTS[:200]], [keys.FAN_OUT_PLAN + post for post in POSTS[200:]]
    await keyspace.commands("plans", [("HSET", plan, "event", TEXT) for plan in (*done, *open_)])
    await keyspace.commands("lives", [("EXPIRE", plan, 86_400) for plan in done])
    async with limited(keyspace, nearly_full):
        assert await eviction(keyspace).look() > 0
        memory = await memory_of(keyspace)
        assert memory.used <= memory.limit * ABOVE
    assert await existing(keyspace, open_) == len(open_)
    assert len(await listed_of(keyspace, minutes)) == 20


async def test_where_other_things_fill_redis_lists_keep_a_share_of_it(keyspace):
    now = await Activity(keyspace).minute()
    minutes = {viewer: now - viewer for viewer in range(300)}
    await fill(keyspace, minutes)
    await keyspace.commands("events", [("XADD", keys.EVENTS, "*", "payload", TEXT)] * 2_950)
    loop = eviction(keyspace)
    async with limited(keyspace, nearly_full):
        await loop.look()
        left = await listed_of(keyspace, minutes)
        taken = sum(await keyspace.commands("sizes", [("MEMORY", "USAGE", keys.timeline(viewer)) for viewer in left]))
        memory = await memory_of(keyspace)
        assert memory.used > memory.limit * ABOVE
        assert taken > memory.limit * RETAINED / 2
        for _ in range(5):
            await loop.look()
        assert len(await listed_of(keyspace, minutes)) > len(left) / 2


async def test_caches_keep_nothing_where_what_must_not_be_lost_needs_the_room(keyspace):
    now = await Activity(keyspace).minute()
    minutes = {viewer: now - viewer for viewer in range(20)}
    await fill(keyspace, minutes)
    await keyspace.commands("events", [("XADD", keys.EVENTS, "*", "payload", TEXT)] * 800)
    async with limited(keyspace, lambda used: used * 0.99):
        await eviction(keyspace).look()
    assert await listed_of(keyspace, minutes) == []


async def test_rows_that_nobody_reads_go_first_wherever_they_stand(keyspace):
    rows = [keys.POST + post for post in POSTS]
    await keyspace.commands("rows", [("SET", row, TEXT, "EX", 3_600) for row in rows])
    cold = rows[::2]
    dumped = await keyspace.commands("dump", [("DUMP", row) for row in cold])
    idle = [("RESTORE", row, 3_600_000, value, "REPLACE", "IDLETIME", 1_000) for row, value in zip(cold, dumped, strict=True)]
    await keyspace.commands("restore", idle)
    async with limited(keyspace, nearly_full):
        assert await eviction(keyspace).look() > 0
    assert await existing(keyspace, cold) < len(cold)
    assert await existing(keyspace, rows[1::2]) == len(rows) - len(cold)


async def test_where_redis_counts_reads_instead_rows_go_all_the_same(keyspace):
    rows = [keys.POST + post for post in POSTS]
    await keyspace.command("CONFIG", "SET", "maxmemory-policy", "volatile-lfu")
    try:
        await keyspace.commands("rows", [("SET", row, TEXT, "EX", 3_600) for row in rows])
        async with limited(keyspace, nearly_full):
            assert await eviction(keyspace).look() > 0
    finally:
        await keyspace.command("CONFIG", "SET", "maxmemory-policy", "noeviction")


async def test_a_redis_that_evicts_any_key_itself_is_left_to_do_so(keyspace):
    await keyspace.commands("rows", [("SET", keys.POST + post, TEXT, "EX", 3_600) for post in POSTS])
    await keyspace.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
    try:
        async with limited(keyspace, nearly_full):
            assert await eviction(keyspace, [Role.ROWS]).look() == 0
    finally:
        await keyspace.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
