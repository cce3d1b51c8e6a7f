"""Commands that wait on purpose: each has a connection to itself, and none gets the reply of another."""

import asyncio

import pytest

from errors import Unavailable
from keyspace.errors import CommandRefused
from tests.worlds.waiting import until

FOR_EVER = 0
SOON, PATIENCE = 0.3, 60.0


@pytest.fixture
async def blocking(keyspace, monkeypatch):
    """Connections to the empty Redis, which may take its time on a busy machine."""
    monkeypatch.setattr("keyspace.blocking.SOCKET_TIMEOUT", PATIENCE)
    connections = keyspace.blocking()
    yield connections
    await connections.close()


async def connected(redis) -> int:
    return int((await redis.info("stats"))["total_connections_received"])


async def blocked(redis) -> int:
    """Count those who wait for a list, and not what others wait for, such as a hub."""
    return sum("b" in each["flags"] and each["cmd"] == "blpop" for each in await redis.client_list())


async def test_who_waits_holds_nobody_up_and_connections_are_used_again(blocking, redis):
    await blocking.command("PING")
    before = await connected(redis)
    waiting = [asyncio.create_task(blocking.command("BLPOP", f"list {at}", FOR_EVER)) for at in range(3)]
    await until(lambda: blocked_by(redis, 3))
    assert await blocking.command("PING") == b"PONG"
    for at in range(3):
        await redis.rpush(f"list {at}", at)
    assert await asyncio.gather(*waiting) == [[b"list %d" % at, b"%d" % at] for at in range(3)]
    for _ in range(5):
        await blocking.command("PING")
    assert await connected(redis) - before == 3


async def blocked_by(redis, count) -> bool:
    return bool(await blocked(redis) == count)


async def test_the_reply_to_who_was_cancelled_is_nobodys(blocking, redis):
    waiting = asyncio.create_task(blocking.command("BLPOP", "list", FOR_EVER))
    await until(lambda: blocked_by(redis, 1))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until(lambda: blocked_by(redis, 0))
    await redis.rpush("list", "x")
    assert await blocking.command("ECHO", "mine") == b"mine"
    assert await redis.llen("list") == 1


async def test_a_connection_that_breaks_fails_who_waits_and_the_next_has_another(blocking, redis):
    waiting = asyncio.create_task(blocking.command("BLPOP", "list", FOR_EVER))
    await until(lambda: blocked_by(redis, 1))
    await redis.client_kill_filter(_type="normal", skipme=True)
    with pytest.raises(Unavailable):
        await waiting
    assert await blocking.command("PING") == b"PONG"


async def test_a_refused_command_costs_no_connection(blocking, redis):
    with pytest.raises(CommandRefused):
        await blocking.command("BLPOP", "list")
    before = await connected(redis)
    assert await blocking.command("PING") == b"PONG"
    assert await connected(redis) == before


async def test_silence_is_an_outage(blocking, redis, monkeypatch):
    monkeypatch.setattr("keyspace.blocking.SOCKET_TIMEOUT", SOON)
    with pytest.raises(Unavailable):
        await blocking.command("BLPOP", "list", FOR_EVER)
    assert await blocking.command("PING") == b"PONG"


async def test_after_the_end_nothing_is_asked(blocking):
    await blocking.command("PING")
    await blocking.close()
    with pytest.raises(Unavailable):
        await blocking.command("PING")


async def test_a_message_wakes_who_listens(blocking, redis):
    async with blocking.subscribed("channel") as next_message:
        assert await next_message(SOON) == b""
        assert await next_message(SOON) is None
        await redis.publish("channel", "x")
        assert await next_message(5.0) == b"x"
