"""A group that promises the order of the stream keeps it through failures, kills and pauses; and nothing holds it up for ever."""

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from errors import Unavailable
from keyspace.client import Keyspace
from keyspace.dead_letters import DeadLetters
from keyspace.errors import LeaseLost
from keyspace.keys import ANNOUNCER_LEASE, DEAD, EVENTS, LIVE
from keyspace.lease import Lease
from keyspace.live_stream import LiveStream
from services.events.consumer import Consumer
from services.events.event import MalformedEvent
from services.events.metrics import EventMetrics
from services.events.post_events import PostCreated
from services.events.retry_policy import RetryPolicy
from services.events.stream import event_of, fields_of
from tests.services.events.conftest import Spawn, Subscribe
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import Notes, Until, a_like, a_post, is_quiet, tell

POSTS = [f"p{number:03}" for number in range(300)]


@pytest.fixture
def ordered(keyspace: Keyspace) -> dict[str, Any]:
    """What makes a consumer keep the order; each call of the test's worker has a lease of its own."""
    return {"group": "live", "lease": Lease(keyspace, ANNOUNCER_LEASE, life=1.0)}


async def announced(redis: Redis) -> list[str]:
    """Give the posts on the live stream."""
    found: Any = await redis.xrange(LIVE)  # which the client types for every decoding
    events = [event_of(fields) for _, fields in found if b"id" in fields]  # the first tells nothing
    return [event.post_id for event in events if isinstance(event, PostCreated)]


async def test_events_are_handled_in_order_and_once(
    redis: Redis, in_order: Subscribe, ordered: dict[str, Any], until: Until, metrics: EventMetrics
) -> None:
    notes = Notes()
    await tell(redis, a_post("before"), a_like())
    async with in_order(notes.consumer(**ordered)):
        await tell(redis, *map(a_post, POSTS))
        await until(lambda: is_quiet(redis, "live"))
        await tell(redis, a_post("last"))
        await until(lambda: is_quiet(redis, "live"))
    assert notes.seen == ["before", *POSTS, "last"]
    assert metrics.handled.labels("live")._value.get() == len(POSTS) + 2


async def test_a_failed_event_holds_up_what_comes_behind_it(
    redis: Redis, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    notes = Notes(errors={"p2": [ValueError("not yet"), Unavailable(), ValueError("not yet")]})
    async with in_order(notes.consumer(**ordered)):
        await tell(redis, a_post("p1"), a_post("p2"), a_post("p3"))
        await until(lambda: is_quiet(redis, "live"))
    assert notes.seen == ["p1", "p2", "p3"]
    assert await redis.xlen(DEAD) == 0


@pytest.mark.parametrize(("error", "attempts"), [(ValueError("broken"), 3), (MalformedEvent("no key"), 1)])
async def test_what_keeps_failing_is_set_aside_and_the_next_goes_on(
    redis: Redis,
    letters: DeadLetters,
    in_order: Subscribe,
    ordered: dict[str, Any],
    until: Until,
    error: Exception,
    attempts: int,
) -> None:
    notes = Notes(errors={"p1": [error] * 9})
    async with in_order(notes.consumer(**ordered)):
        await tell(redis, a_post("p1"), a_post("p2"))
        await until(lambda: is_quiet(redis, "live"))
    (letter,) = await letters.page()
    assert (letter.group, letter.attempts) == ("live", attempts)
    assert letter.error == f"{type(error).__name__}: {error}"
    assert len(notes.errors["p1"]) == 9 - attempts
    assert notes.seen == ["p2"]


async def test_what_cannot_be_read_is_set_aside_at_once(
    redis: Redis, letters: DeadLetters, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    notes, told = Notes(), list[int]()

    async def losing() -> None:
        told.append(await redis.xlen(DEAD))

    await tell(redis, a_post("p1"), payload="{")
    await tell(redis, a_post("p2"))
    async with in_order(notes.consumer(losing=losing, **ordered)):
        await until(lambda: is_quiet(redis, "live"))
    assert told == [0]
    assert [letter.attempts for letter in await letters.page()] == [1]
    assert notes.seen == ["p2"]


async def test_a_call_with_many_events_that_failed_is_repeated_event_by_event_in_order(
    redis: Redis, letters: DeadLetters, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    calls: list[list[str]] = []

    async def handle_many(events: Sequence[PostCreated]) -> None:
        calls.append([event.post_id for event in events])
        if "bad" in calls[-1]:
            raise ValueError("bad")

    await tell(redis, a_post("p1"), a_post("bad"), a_post("p2"), a_post("p3"))
    async with in_order(Consumer(events={PostCreated}, handle_many=handle_many, batch=3, **ordered)):
        await until(lambda: is_quiet(redis, "live"))
    assert calls == [["p1", "bad", "p2"], ["p1"], ["bad"], ["bad"], ["p2"], ["p3"]]
    assert [letter.attempts for letter in await letters.page()] == [3]


async def test_what_was_trimmed_from_the_stream_holds_up_nothing(
    redis: Redis, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    began, notes = asyncio.Event(), Notes()

    async def fail(_event: PostCreated) -> None:
        began.set()
        raise ValueError("later")

    await tell(redis, a_post("p1"))
    async with in_order(Consumer(events={PostCreated}, handle=fail, **ordered)):
        await asyncio.wait_for(began.wait(), 5)
        await redis.xtrim(EVENTS, maxlen=0)
    await tell(redis, a_post("p2"))
    async with in_order(notes.consumer(**ordered)):
        await until(lambda: is_quiet(redis, "live"))
    assert notes.seen == ["p2"]


async def test_order_is_kept_while_redis_is_away(
    redis: Redis, redis_process: RedisProcess, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    class Cutting(Notes):
        async def handle(self, event: PostCreated) -> None:
            if event.post_id == "p2" and not self.seen[1:]:
                self.seen.append("cut")
                redis_process.stop()
                raise Unavailable
            await super().handle(event)

    notes = Cutting()
    async with in_order(notes.consumer(**ordered)):
        await tell(redis, a_post("p1"), a_post("p2"), a_post("p3"))
        await until(lambda: notes.seen == ["p1", "cut"])
        redis_process.start()
        await tell(redis, a_post("p4"))
        await until(lambda: is_quiet(redis, "live"), 20)
    assert notes.seen == ["p1", "cut", "p2", "p3", "p4"]
    assert await redis.xlen(DEAD) == 0


async def test_an_outage_of_any_length_sets_nothing_aside(
    redis: Redis, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    notes = Notes(errors={"p1": [Unavailable()] * 5})
    async with in_order(notes.consumer(**ordered)):
        await tell(redis, a_post("p1"), a_post("p2"))
        await until(lambda: is_quiet(redis, "live"), 20)
    assert notes.seen == ["p1", "p2"]
    assert await redis.xlen(DEAD) == 0


async def test_work_goes_on_after_redis_was_emptied(
    redis: Redis, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    notes = Notes()
    async with in_order(notes.consumer(**ordered)):
        for turn in range(3):
            await tell(redis, a_post(f"q{turn}"), a_post(f"r{turn}"))
            await until(lambda turn=turn: len(notes.seen) == 2 * turn + 2)
            await redis.flushall()
    assert notes.seen == ["q0", "r0", "q1", "r1", "q2", "r2"]


async def test_two_workers_never_handle_at_once(redis: Redis, keyspace: Keyspace, in_order: Subscribe, until: Until) -> None:
    first, second = Notes(), Notes()
    leases = [Lease(keyspace, ANNOUNCER_LEASE, life=1.0) for _ in range(2)]
    await tell(redis, *map(a_post, POSTS[:150]))
    async with in_order(second.consumer("live", lease=leases[1]), "w2"):
        async with in_order(first.consumer("live", lease=leases[0]), "w1"):
            await until(lambda: is_quiet(redis, "live"))
        # Whoever stops gives the lease back; one of the two has stopped, and the other goes on alone.
        await tell(redis, *map(a_post, POSTS[150:]))
        await until(lambda: is_quiet(redis, "live"))
    assert sorted(first.seen + second.seen) == POSTS
    assert first.seen in ([], POSTS[:150])


async def test_a_long_call_is_not_taken_over(redis: Redis, keyspace: Keyspace, in_order: Subscribe, until: Until) -> None:
    asked: Counter[str] = Counter()
    keyspace.observe = lambda name, _seconds: asked.update([name])
    began, release, calls = asyncio.Event(), asyncio.Event(), list[str]()

    async def handle(event: PostCreated) -> None:
        calls.append(event.post_id)
        began.set()
        await release.wait()

    def consumer() -> Consumer[PostCreated]:
        lease = Lease(keyspace, ANNOUNCER_LEASE, life=0.5)
        return Consumer(group="live", events={PostCreated}, handle=handle, lease=lease)

    await tell(redis, a_post("p1"), a_post("p2"))
    async with in_order(consumer(), "w1"):
        await asyncio.wait_for(began.wait(), 5)
        async with in_order(consumer(), "w2"):
            # Who waits looks at most eight times within the life of a lease that is not renewed.
            await until(lambda: asked["lease_hold"] > 20)
            assert calls == ["p1"]
            release.set()
            await until(lambda: is_quiet(redis, "live"))
    assert calls == ["p1", "p2"]


async def test_a_stopping_worker_finishes_its_call_and_the_next_takes_over_at_once(
    redis: Redis, keyspace: Keyspace, in_order: Subscribe, until: Until
) -> None:
    began, release, finished, notes = asyncio.Event(), asyncio.Event(), list[str](), Notes()
    lease = Lease(keyspace, ANNOUNCER_LEASE, life=60.0)

    async def handle(event: PostCreated) -> None:
        began.set()
        await release.wait()
        finished.append(event.post_id)

    async def release_when_it_stops() -> None:
        await until(lambda: "live renew" not in {task.get_name() for task in asyncio.all_tasks()})
        release.set()

    await tell(redis, a_post("p1"), a_post("p2"))
    stopping = Consumer(group="live", events={PostCreated}, handle=handle, lease=lease)
    async with asyncio.TaskGroup() as tasks, in_order(stopping, "w1"):
        await asyncio.wait_for(began.wait(), 5)
        tasks.create_task(release_when_it_stops())
    assert finished == ["p1"]
    async with in_order(notes.consumer("live", lease=Lease(keyspace, ANNOUNCER_LEASE)), "w2"):
        await until(lambda: is_quiet(redis, "live"))
    assert notes.seen == ["p2"]


async def test_a_stopping_worker_leaves_a_call_that_does_not_end(
    redis: Redis, in_order: Subscribe, ordered: dict[str, Any], until: Until
) -> None:
    began, notes = asyncio.Event(), Notes()

    async def hang(_event: PostCreated) -> None:
        began.set()
        await asyncio.Event().wait()

    await tell(redis, a_post("p1"), a_post("p2"))
    async with in_order(Consumer(events={PostCreated}, handle=hang, **ordered), "w1", RetryPolicy(grace=0.1)):
        await asyncio.wait_for(began.wait(), 5)
    async with in_order(notes.consumer(**ordered), "w2"):
        await until(lambda: is_quiet(redis, "live"))
    assert notes.seen == ["p1", "p2"]


async def test_a_killed_worker_is_followed_by_another_that_begins_with_what_it_had(
    redis: Redis, spawn: Spawn, until: Until
) -> None:
    first = await spawn("announcer", "w1")
    await until(lambda: redis.exists(ANNOUNCER_LEASE))
    await spawn("announcer", "w2")
    await tell(redis, a_post("p1"), a_post("hang"))
    await until(lambda: redis.llen("began"))
    await tell(redis, a_post("p2"), a_post("p3"))
    first.kill()
    await first.wait()
    await tell(redis, a_post("p4"))
    await until(lambda: is_quiet(redis, "live"), 20)
    assert await announced(redis) == ["p1", "hang", "p2", "p3", "p4"]


async def test_a_worker_that_was_paused_announces_nothing_behind_its_successor(
    redis: Redis, spawn: Spawn, until: Until
) -> None:
    first = await spawn("announcer", "w1")
    await until(lambda: redis.exists(ANNOUNCER_LEASE))
    await tell(redis, a_post("hang"))
    await until(lambda: redis.llen("began"))
    first.send_signal(signal.SIGSTOP)
    second = await spawn("announcer", "w2")
    await tell(redis, a_post("p2"))
    await until(lambda: is_quiet(redis, "live"), 20)
    # The marks are gone, as after their time, so that the lease alone keeps the first from announcing again.
    await redis.delete(*[key async for key in redis.scan_iter("la:*")])
    await redis.set("released", 1)
    first.send_signal(signal.SIGCONT)
    second.kill()
    await second.wait()
    await tell(redis, a_post("p3"))
    await until(lambda: is_quiet(redis, "live"), 20)
    assert await announced(redis) == ["hang", "p2", "p3"]


async def test_an_event_that_kills_every_worker_is_set_aside_and_the_next_goes_on(
    redis: Redis, letters: DeadLetters, spawn: Spawn, until: Until
) -> None:
    await tell(redis, a_post("p1"), a_post("deadly"), a_post("p2"))
    for number in range(3):
        victim = await spawn("announcer", f"w{number}")
        await asyncio.wait_for(victim.wait(), 20)
    await spawn("announcer", "survivor")
    await until(lambda: redis.xlen(DEAD), 20)
    await until(lambda: is_quiet(redis, "live"))
    (letter,) = await letters.page()
    assert letter.error.startswith("WorkerLost")
    assert await announced(redis) == ["p1", "p2"]


async def test_without_the_lease_nothing_is_announced(redis: Redis, keyspace: Keyspace) -> None:
    old, new = (Lease(keyspace, ANNOUNCER_LEASE) for _ in range(2))
    stream = LiveStream(keyspace, keyspace.blocking())
    first, second = ({event.id: fields_of(event)} for event in (a_post("p1"), a_post("p2")))
    await old.hold()
    await stream.announce(first, lease=old, length=10)
    await redis.delete(ANNOUNCER_LEASE)
    with pytest.raises(LeaseLost):
        await stream.announce(second, lease=old, length=10)
    assert not await old.renew()
    assert await new.hold()
    with pytest.raises(LeaseLost):
        await stream.announce(second, lease=old, length=10)
    assert await announced(redis) == ["p1"]
    await stream.announce(second, lease=new, length=10)
    assert await announced(redis) == ["p1", "p2"]
