"""Redis emptied, restarted and away, and workers killed: every event is handled all the same."""

import asyncio

from redis.asyncio import Redis

from graph.driver import Graph
from keyspace.dead_letters import DeadLetters
from keyspace.keys import DEAD, EVENTS
from stack.embedded import StackAddresses
from tests.services.events.conftest import Relaying, Spawn, Subscribe
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import Notes, Until, a_post, commit, is_empty, is_quiet, tell

AWAY = 4.0
"""Seconds without Redis: longer than the longest pause, so that pauses grow to it. 30 seconds were tried by hand."""


async def test_another_worker_takes_over_what_a_killed_one_had_begun(redis: Redis, spawn: Spawn, until: Until) -> None:
    first = await spawn("worker", "w1")
    await tell(redis, a_post("hang"))
    await until(lambda: redis.llen("began"))
    first.kill()
    await first.wait()
    await tell(redis, a_post("p2"))
    await spawn("worker", "w2")
    await until(lambda: is_quiet(redis, "fanout"))
    assert sorted(await redis.lrange("done", 0, -1)) == [b"hang", b"p2"]
    assert await redis.lrange("began", 0, 0) == [b"w1 hang"]


async def test_an_event_that_kills_every_worker_is_set_aside(
    redis: Redis, letters: DeadLetters, spawn: Spawn, until: Until
) -> None:
    await tell(redis, a_post("deadly"))
    for number in range(3):
        victim = await spawn("worker", f"w{number}")
        await asyncio.wait_for(victim.wait(), 10)
    await spawn("worker", "survivor")
    await tell(redis, a_post("p2"))
    await until(lambda: redis.xlen(DEAD))
    await until(lambda: is_quiet(redis, "fanout"))
    (letter,) = await letters.page()
    assert letter.error.startswith("WorkerLost")
    assert await redis.llen("began") == 3 + 1
    assert await redis.lrange("done", 0, -1) == [b"p2"]


async def test_work_goes_on_after_redis_was_emptied(redis: Redis, subscribe: Subscribe, until: Until) -> None:
    notes = Notes()
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: notes.seen == ["p1"])
        for turn in range(3):
            await redis.flushall()
            await tell(redis, a_post(f"q{turn}"), a_post(f"r{turn}"))
            await until(lambda turn=turn: {f"q{turn}", f"r{turn}"} <= set(notes.seen), 5)
        await until(lambda: is_quiet(redis, "fanout"))


async def test_work_goes_on_when_redis_is_emptied_under_failed_and_running_events(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    notes = Notes(errors={"p1": [ValueError("later")]})
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"), a_post("p2"))
        await until(lambda: notes.seen == ["p2"])
        await redis.flushall()
        await tell(redis, a_post("p3"))
        await until(lambda: "p3" in notes.seen, 5)
        await until(lambda: is_quiet(redis, "fanout"))


async def test_nothing_is_lost_when_redis_restarts_with_its_data(
    redis: Redis, redis_process: RedisProcess, subscribe: Subscribe, until: Until
) -> None:
    notes = Notes(errors={"p1": [ValueError("later")]})
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: notes.errors["p1"] == [])
        redis_process.stop()
        redis_process.start()
        await tell(redis, a_post("p2"))
        await until(lambda: sorted(notes.seen) == ["p1", "p2"], 5)
        await until(lambda: is_quiet(redis, "fanout"))


async def test_work_goes_on_when_redis_restarts_without_its_data(
    redis: Redis, redis_process: RedisProcess, subscribe: Subscribe, until: Until
) -> None:
    notes = Notes()
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: notes.seen == ["p1"])
        redis_process.stop()
        redis_process.forget()
        redis_process.start()
        await tell(redis, a_post("p2"))
        await until(lambda: notes.seen == ["p1", "p2"], 5)


async def test_redis_may_be_away_at_the_start_and_for_long(
    redis: Redis, redis_process: RedisProcess, subscribe: Subscribe, until: Until
) -> None:
    await tell(redis, a_post("p1"))
    redis_process.stop()
    notes = Notes()
    async with subscribe(notes.consumer()):
        # Time itself is what is tried here, not a stand-in for a condition.
        await asyncio.sleep(AWAY)
        redis_process.start()
        await until(lambda: notes.seen == ["p1"], 5)
        await until(lambda: is_quiet(redis, "fanout"))


async def test_an_answer_that_could_not_be_sent_is_sent_when_redis_is_back(
    redis: Redis, redis_process: RedisProcess, subscribe: Subscribe, until: Until
) -> None:
    class Cutting(Notes):
        async def handle(self, _: object) -> None:
            redis_process.stop()
            self.seen.append("cut")

    notes = Cutting()
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: notes.seen == ["cut"])
        redis_process.start()
        await until(lambda: is_quiet(redis, "fanout"))
    assert notes.seen == ["cut"]


async def test_what_a_relay_moved_and_did_not_remove_before_it_was_killed_is_not_moved_again(
    redis: Redis,
    graph: Graph,
    stack: StackAddresses,
    spawn: Spawn,
    subscribe: Subscribe,
    relaying: Relaying,
    until: Until,
) -> None:
    notes = Notes()
    await commit(graph, a_post("p1"))
    victim = await spawn("relay", stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password)
    await asyncio.wait_for(victim.wait(), 20)
    assert await redis.xlen(EVENTS) == 1
    async with subscribe(notes.consumer()), relaying(graph):
        await until(lambda: is_empty(graph))
        await until(lambda: is_quiet(redis, "fanout"))
    assert notes.seen == ["p1"]
