"""What each role takes of the memory of Redis is told well, though few keys take most of it."""

import pytest

from graph.ids import id_at, pack
from keyspace import keys
from keyspace.activity import SHARD, place_of
from keyspace.memory_estimate import NEWEST, MemoryEstimate
from keyspace.roles import Role, role_of
from keyspace.scanning import KeyWalk, scanned


async def taken(keyspace) -> dict[Role, int]:
    """Return what the keys of each role take, by asking for each."""
    sizes = dict.fromkeys(Role, 0)
    async for names in scanned(keyspace):
        found = await keyspace.commands("sizes", [("MEMORY", "USAGE", name) for name in names])
        for name, size in zip(names, found, strict=True):
            sizes[role_of(name)] += size
    return sizes


async def test_a_few_large_keys_among_many_small_ones_are_told(keyspace):
    await keyspace.commands("rows", [("SET", keys.POST + pack(id_at(at, 1)), b"x" * 300) for at in range(5_000)])
    for shard in range(3):
        name, place = place_of((shard + 1) * SHARD - 1)
        await keyspace.command("SETRANGE", name, place, b"1234")
    await keyspace.command("SADD", keys.PULLED, *range(10_000))
    await keyspace.command("SET", f"{keys.MOST_ACTIVE}7", b"x" * 400_000)
    truth = await taken(keyspace)
    for _ in range(10):
        told = (await MemoryEstimate(keyspace).look()).by_role
        assert told[Role.TIMELINES] == pytest.approx(truth[Role.TIMELINES], rel=0.4)
        assert told[Role.ROWS] == pytest.approx(truth[Role.ROWS], rel=0.1)


async def test_one_look_moves_what_is_told_by_a_share(keyspace):
    estimate = MemoryEstimate(keyspace)
    await keyspace.commands("rows", [("SET", keys.POST + pack(id_at(at, 1)), b"x" * 300) for at in range(100)])
    first = await estimate.look()
    assert first.removable == first.by_role[Role.ROWS] > 0
    await keyspace.command("FLUSHALL")
    second = await estimate.look()
    assert second.by_role[Role.ROWS] == pytest.approx((1 - NEWEST) * first.by_role[Role.ROWS])


async def test_only_plans_that_are_done_may_be_removed(keyspace):
    for number in range(10):
        await keyspace.command("HSET", keys.FAN_OUT_PLAN + b"%016d" % number, "step", "rest")
    assert (await MemoryEstimate(keyspace).look()).removable == 0
    for number in range(5):
        await keyspace.command("EXPIRE", keys.FAN_OUT_PLAN + b"%016d" % number, 60)
    estimate = await MemoryEstimate(keyspace).look()
    assert estimate.removable == pytest.approx(estimate.by_role[Role.TIMELINES] / 2, rel=0.3)


async def test_a_walk_goes_on_where_it_was_left(keyspace):
    await keyspace.commands("rows", [("SET", f"row:{number}", 1) for number in range(5_000)])
    walk, seen = KeyWalk(keyspace), []
    for _ in range(2):
        async for names in walk.round():
            seen.append(set(names))
            break
    assert not seen[0] & seen[1]
    assert len({name for batch in [names async for names in walk.round()] for name in batch}) == 5_000
