"""Periodic work is done once across workers, and goes on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from keyspace.periodic import every, run
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import Until


@asynccontextmanager
async def _workers(url: str, count: int, turns: list[float], *, failing: bool = False) -> AsyncIterator[None]:
    async def note() -> None:
        turns.append(time.monotonic())
        if failing:
            raise ValueError("no")

    tasks = [asyncio.create_task(run(url, [every(1.0, "note", note)], name=f"w{at}")) for at in range(count)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_two_workers_take_turns(redis: Redis, redis_process: RedisProcess, until: Until) -> None:
    turns: list[float] = []
    async with _workers(redis_process.url, 2, turns):
        await until(lambda: len(turns) == 4, 20)
    # Two workers on their own would need half of the time.
    assert turns[-1] - turns[0] > 2.5


async def test_a_turn_that_fails_is_followed_by_the_next(
    redis: Redis, redis_process: RedisProcess, until: Until
) -> None:
    turns: list[float] = []
    async with _workers(redis_process.url, 1, turns, failing=True):
        await until(lambda: len(turns) == 2, 20)


async def test_turns_go_on_after_redis_was_emptied_and_restarted(
    redis: Redis, redis_process: RedisProcess, until: Until
) -> None:
    turns: list[float] = []
    async with _workers(redis_process.url, 1, turns):
        await until(lambda: turns, 20)
        await redis.flushall()
        before = len(turns)
        await until(lambda: len(turns) > before + 1, 90)
        redis_process.stop()
        redis_process.start()
        before = len(turns)
        await until(lambda: len(turns) > before + 1, 60)
