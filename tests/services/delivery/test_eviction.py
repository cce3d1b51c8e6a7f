"""A Redis near its limit loses timelines, least active first, and cached rows; never limits, streams or tasks."""

from datetime import timedelta
from random import Random

import pytest

from errors import RateLimited, Unavailable
from graph.ids import id_at, pack
from keyspace import keys
from keyspace.activity import Activity
from keyspace.errors import Full
from keyspace.fan_out_plans import DONE_LIFE
from keyspace.limits import Allowance, RateLimits
from keyspace.memory import memory_of
from keyspace.memory_estimate import MemoryEstimate
from keyspace.roles import Role
from services.delivery.eviction import SETTLED_LIFE
from services.delivery.least_active import least_active
from tests.worlds.memory import ABOVE, eviction, fill, limited, listed_of

ONCE = Allowance("log-in", "ada", 1, timedelta(minutes=15))


def nearly_full(used: int) -> float:
    return used / 0.9


def full(used: int) -> float:
    return used * 0.99


async def last_read(keyspace, count: int, *, idle: int) -> dict[int, int]:
    """Return a minute for each viewer, in no order, the latest `idle` minutes ago."""
    now = await Activity(keyspace).minute()
    return dict(enumerate(Random(7).sample(range(now - idle - count, now - idle), count)))


async def never_to_lose(keyspace) -> None:
    """Use up a limit, and put something into streams and the queue of fan-out."""
    await RateLimits(keyspace).take(ONCE)
    await keyspace.command("XADD", keys.EVENTS, "*", "id", "e1")
    await keyspace.command("SET", keys.RELAY_LEASE, "token", "PX", 60_000)
    await keyspace.command("SET", keys.announced("e1"), 1, "EX", 60)
    await keyspace.command("ZADD", keys.FAN_OUT[0], 1, "post")
    await keyspace.command("HSET", keys.FAN_OUT_PLAN + b"post", "step", "push")
    await keyspace.command("SADD", keys.PULLED, 0)


async def lost(keyspace) -> list[bytes | str]:
    names: list[bytes | str] = [keys.EVENTS, keys.RELAY_LEASE, keys.announced("e1"), keys.PULLED]
    names += [keys.FAN_OUT[0], keys.FAN_OUT_PLAN + b"post"]
    exist = await keyspace.commands("exist", [("EXISTS", name) for name in names])
    return [name for name, exists in zip(names, exist, strict=True) if not exists]


async def test_the_least_active_lose_their_lists_and_nothing_else_is_lost(keyspace):
    minutes = await last_read(keyspace, 500, idle=600)
    await fill(keyspace, minutes)
    await never_to_lose(keyspace)
    async with limited(keyspace, nearly_full):
        assert await eviction(keyspace).look() > 0
        memory = await memory_of(keyspace)
        assert memory.used <= memory.limit * ABOVE
        assert await eviction(keyspace).look() == 0
    left = await listed_of(keyspace, minutes)
    assert 100 <= len(left) < 500
    assert left == sorted(minutes, key=minutes.__getitem__)[-len(left) :]
    gone = next(viewer for viewer in minutes if viewer not in left)
    assert not await keyspace.command("EXISTS", keys.followed(gone))
    assert await lost(keyspace) == []
    with pytest.raises(RateLimited):
        await RateLimits(keyspace).take(ONCE)


async def test_cached_rows_go_before_the_lists_of_those_who_read_lately(keyspace):
    minutes = await last_read(keyspace, 50, idle=0)
    await fill(keyspace, minutes)
    rows = [keys.POST + pack(id_at(at, 1)) for at in range(300)]
    await keyspace.commands("rows", [("SET", row, b"x" * 10_000, "EX", 3_600) for row in rows])
    async with limited(keyspace, nearly_full):
        await eviction(keyspace).look()
    assert await keyspace.command("EXISTS", *rows) == 0
    assert len(await listed_of(keyspace, minutes)) == 50


async def test_of_plans_go_those_that_are_done_and_not_those_that_failed_or_were_done_or_settled_lately(keyspace):
    now = 60_000 * await Activity(keyspace).minute()
    before = now - 2_000 * DONE_LIFE
    plans = {
        b"done": {"done": before},
        b"done lately": {"done": now - 500 * DONE_LIFE},
        b"failed": {"failed": before},
        b"settled lately": {"done": before, "settled": now - SETTLED_LIFE // 2},
        b"settled before": {"done": before, "settled": now - 2 * SETTLED_LIFE},
    }
    for post, plan in plans.items():
        await keyspace.command("HSET", keys.FAN_OUT_PLAN + post, *(word for pair in plan.items() for word in pair))
        await keyspace.command("EXPIRE", keys.FAN_OUT_PLAN + post, 600)
    await fill(keyspace, await last_read(keyspace, 50, idle=0))
    async with limited(keyspace, full):
        await eviction(keyspace).look()
    left = [post for post in plans if await keyspace.command("EXISTS", keys.FAN_OUT_PLAN + post)]
    assert left == [b"done lately", b"failed", b"settled lately"]


async def test_lists_of_people_who_are_not_known_to_have_read_go_last(keyspace):
    known = await last_read(keyspace, 100, idle=0)
    unknown = dict.fromkeys(range(1_000, 1_300), 0)
    await fill(keyspace, {**known, **unknown})
    await never_to_lose(keyspace)
    async with limited(keyspace, full):
        await eviction(keyspace).look()
    assert await listed_of(keyspace, known) == []
    assert len(await listed_of(keyspace, unknown)) < 300
    assert await lost(keyspace) == []


async def test_a_full_redis_refuses_writes_answers_reads_and_is_relieved(keyspace):
    minutes = await last_read(keyspace, 300, idle=600)
    await fill(keyspace, minutes)
    limits = RateLimits(keyspace)
    async with limited(keyspace, full):
        with pytest.raises(Full) as refused:
            await limits.take(ONCE)
        assert isinstance(refused.value, Unavailable)
        assert await keyspace.command("LLEN", keys.timeline(0)) == 800  # at once: it is not taken for an outage
        await eviction(keyspace).look()
        await limits.take(ONCE)
    assert 0 < len(await listed_of(keyspace, minutes)) < 300


async def test_who_is_removed_is_not_looked_at_again_until_nothing_else_is_left(keyspace):
    minutes = await last_read(keyspace, 300, idle=600)
    await fill(keyspace, minutes)
    loop = eviction(keyspace)
    async with limited(keyspace, nearly_full):
        await loop.look()
    first = await listed_of(keyspace, minutes)
    async with limited(keyspace, nearly_full):
        assert await loop.look() > 0
    second = await listed_of(keyspace, minutes)
    assert second == first[-len(second) :]
    assert len(second) < len(first)


async def test_everybody_is_named_once_in_order_whatever_the_bands(keyspace, monkeypatch):
    monkeypatch.setattr("services.delivery.least_active.BAND", 7)
    monkeypatch.setattr("services.delivery.least_active.BATCH", 3)
    now = await Activity(keyspace).minute()
    minutes = {viewer * 1_111: now - 100 + viewer % 9 for viewer in range(80)}  # in two shards
    await fill(keyspace, minutes)
    found = [(last, viewers) async for last, viewers in least_active(Activity(keyspace), now - 98, now - 92)]
    named = [viewer for _, viewers in found for viewer in viewers]
    assert named == sorted((v for v, m in minutes.items() if now - 98 <= m < now - 92), key=lambda v: (minutes[v], v))
    assert [last for last, _ in found] == [minutes[viewers[-1]] for _, viewers in found]


async def test_memory_is_estimated_by_role(keyspace):
    await fill(keyspace, await last_read(keyspace, 100, idle=600))
    await keyspace.commands("rows", [("SET", keys.POST + pack(id_at(at, 1)), b"x" * 1_000) for at in range(100)])
    await keyspace.commands("events", [("XADD", keys.EVENTS, "*", "payload", "x" * 1_000)] * 1_000)
    sizes = (await MemoryEstimate(keyspace).look()).by_role
    assert sizes[Role.TIMELINES] > 5 * sizes[Role.ROWS] > 0
    assert sizes[Role.STREAMS] > 1_000_000
    assert sizes[Role.LIMITS] == 0


async def test_without_a_limit_nothing_is_removed(keyspace):
    minutes = await last_read(keyspace, 10, idle=600)
    await fill(keyspace, minutes)
    assert await eviction(keyspace).look() == 0


async def test_a_redis_that_holds_no_caches_loses_nothing(keyspace):
    minutes = await last_read(keyspace, 100, idle=600)
    await fill(keyspace, minutes)
    async with limited(keyspace, nearly_full):
        assert await eviction(keyspace, (Role.LIMITS, Role.STREAMS)).look() == 0
        assert await eviction(keyspace, (Role.ROWS, Role.TIMELINES)).look() > 0
