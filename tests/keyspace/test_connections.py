import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError


async def ping_for_ever(redis: Redis) -> None:
    while True:
        await redis.ping()


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancellation_arrives_whenever_it_comes(redis, turns):
    await redis.ping()
    task = asyncio.create_task(ping_for_ever(redis))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    _, running = await asyncio.wait([task], timeout=2)
    for each in running:
        each.cancel()  # or the test itself would never end
    assert not running


async def test_a_command_that_is_not_taken_in_time_breaks_the_connection(redis, monkeypatch):
    connection = await redis.connection_pool.get_connection()
    connection.socket_timeout = 0.01
    monkeypatch.setattr(connection, "_send_packed_command", lambda _: asyncio.Event().wait())
    with pytest.raises(RedisTimeoutError):
        await connection.send_packed_command(b"PING")
    assert not connection.is_connected
    await redis.connection_pool.release(connection)


async def test_a_connection_that_breaks_is_told_as_such(redis, monkeypatch):
    async def broken(_command):
        raise BrokenPipeError("gone")

    connection = await redis.connection_pool.get_connection()
    monkeypatch.setattr(connection, "_send_packed_command", broken)
    with pytest.raises(RedisConnectionError, match="gone"):
        await connection.send_packed_command(b"PING")
    assert not connection.is_connected
    await redis.connection_pool.release(connection)
