import asyncio
import time

import pytest

from errors import Unavailable
from graph.ids import new_id
from keyspace.client import OPEN_FOR, Keyspace
from keyspace.errors import CommandRefused
from keyspace.row_cache import USERS, Lookup, RowCache
from tests.worlds.waiting import answers


@pytest.fixture
def round_trips(keyspace):
    seen: list[str] = []
    keyspace.observe = lambda name, _: seen.append(name)
    return seen


async def test_a_script_that_redis_forgot_is_sent_again(keyspace):
    await keyspace.script("lease_rows", b"token", 0)
    await keyspace.command("SCRIPT", "FLUSH")
    assert await keyspace.script("lease_rows", b"token", 0) == [[], []]


async def test_a_redis_that_is_down_is_unavailable_at_once(stack, servers):
    patient = Keyspace.open(stack.redis_url, timeout=3_600)
    await patient.ping()
    servers.redis.kill()
    try:
        with pytest.raises(Unavailable):
            await asyncio.wait_for(patient.ping(), 30)
    finally:
        servers.redis.start()
    await answers(patient)
    await patient.close()


async def test_nobody_asks_a_redis_that_has_just_failed_and_then_one_asks_for_all(keyspace, servers, round_trips):
    servers.redis.kill()
    try:
        for _ in range(20):
            with pytest.raises(Unavailable):
                await keyspace.ping()
        assert len(round_trips) == 1
        keyspace._open_until = time.perf_counter()
        found = await asyncio.gather(*(keyspace.ping() for _ in range(20)), return_exceptions=True)
        assert all(isinstance(each, Unavailable) for each in found)
        assert len(round_trips) == 2
        assert keyspace._open_until <= time.perf_counter() + OPEN_FOR
    finally:
        servers.redis.start()
    await answers(keyspace)


async def test_a_redis_that_is_back_is_used_again_by_all(keyspace, servers):
    await asyncio.gather(*(keyspace.ping() for _ in range(20)))
    servers.redis.stop()
    servers.redis.start()
    await answers(keyspace)
    await asyncio.gather(*(keyspace.ping() for _ in range(20)))


async def test_nothing_is_cached_while_redis_is_down(keyspace, servers):
    cache, user = RowCache(keyspace, life=60), new_id()
    leases = (await cache.rows(USERS, [user])).leases
    servers.redis.kill()
    try:
        assert await cache.rows(USERS, [user]) == Lookup()
        await cache.fill_rows(USERS, {user: ["ada"]}, leases)
        with pytest.raises(Unavailable):
            await cache.invalidate([(USERS, user)])
    finally:
        servers.redis.start()
    await answers(keyspace)


async def test_a_redis_that_takes_no_writes_is_unavailable(keyspace):
    await keyspace.command("CONFIG", "SET", "maxmemory", 1)
    try:
        with pytest.raises(Unavailable):
            await keyspace.command("SET", "a", "b")
    finally:
        keyspace._open_until = 0.0
        await keyspace.command("CONFIG", "SET", "maxmemory", 0)


async def test_a_wrong_command_is_a_defect_and_stops_nobody(keyspace):
    with pytest.raises(CommandRefused) as refused:
        await keyspace.command("INCR")
    assert refused.value.code == "ERR"
    await keyspace.ping()


async def test_a_cancelled_call_leaves_no_answer_for_the_next(keyspace):
    """A client that goes away cancels its call; the connection must not give its answer to somebody else."""
    for _ in range(50):
        task = asyncio.create_task(keyspace.command("ECHO", "old"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    found = await asyncio.gather(*(keyspace.command("ECHO", str(at)) for at in range(100)))
    assert [int(each) for each in found] == list(range(100))
