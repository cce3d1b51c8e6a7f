"""A group at work: what it handles, what it tries again, what it gives up."""

import asyncio
from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from errors import QueryTimeout, Unavailable
from keyspace.dead_letters import DeadLetters
from keyspace.keys import DEAD, EVENTS
from services.events.consumer import Consumer
from services.events.event import Event, MalformedEvent
from services.events.metrics import EventMetrics
from services.events.post_events import PostCreated
from services.events.retry_policy import RetryPolicy
from services.events.stream import fields_of
from tests.services.events.conftest import Subscribe
from tests.services.events.stories import Notes, Until, a_like, a_post, is_quiet, tell


async def test_a_new_group_handles_what_was_published_before_it(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    await tell(redis, a_post("p1"), a_like("p1"), a_post("p2"))
    notes = Notes()
    async with subscribe(notes.consumer()):
        await until(lambda: is_quiet(redis, "fanout"))
    assert sorted(notes.seen) == ["p1", "p2"]


async def test_each_group_gets_every_event_and_one_worker_of_it(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    first, second, other = Notes(), Notes(), Notes()
    async with (
        subscribe(first.consumer("fanout"), "w1"),
        subscribe(second.consumer("fanout"), "w2"),
        subscribe(other.consumer("live"), "w1"),
    ):
        posts = [f"p{number:03}" for number in range(300)]
        await tell(redis, *map(a_post, posts))
        await until(lambda: is_quiet(redis, "fanout"))
        await until(lambda: is_quiet(redis, "live"))
    assert sorted(first.seen + second.seen) == posts
    assert first.seen
    assert second.seen
    assert sorted(other.seen) == posts


async def test_a_failed_event_is_tried_later_and_holds_up_nobody(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    notes = Notes(errors={"p1": [ValueError("not yet")]})
    async with subscribe(notes.consumer(concurrency=1)):
        await tell(redis, a_post("p1"), a_post("p2"), a_post("p3"))
        await until(lambda: is_quiet(redis, "fanout"))
    assert notes.seen == ["p2", "p3", "p1"]


async def test_what_keeps_failing_is_set_aside_with_its_error(
    redis: Redis, letters: DeadLetters, subscribe: Subscribe, until: Until, metrics: EventMetrics
) -> None:
    event, notes = a_post("p1"), Notes(errors={"p1": [ValueError("broken")] * 9})
    async with subscribe(notes.consumer()):
        await tell(redis, event)
        await until(lambda: redis.xlen(DEAD))
        await until(lambda: is_quiet(redis, "fanout"))
    (letter,) = await letters.page()
    assert (letter.group, letter.error, letter.attempts) == ("fanout", "ValueError: broken", 3)
    assert letter.fields == fields_of(event)
    assert len(notes.errors["p1"]) == 6
    assert metrics.dead.labels("fanout")._value.get() == 1


@pytest.mark.parametrize(
    "poison", [{"payload": "{"}, {"payload": "3"}, {"at": "x"}], ids=["not JSON", "not an object", "not a time"]
)
async def test_poison_is_set_aside_at_once(
    redis: Redis, letters: DeadLetters, subscribe: Subscribe, until: Until, poison: dict[str, str]
) -> None:
    notes = Notes()
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"), **poison)
        await tell(redis, a_post("p2"))
        await until(lambda: redis.xlen(DEAD))
        await until(lambda: is_quiet(redis, "fanout"))
    (letter,) = await letters.page()
    assert letter.error.startswith("MalformedEvent")
    assert letter.attempts == 1
    assert notes.seen == ["p2"]


async def test_an_entry_without_any_field_of_an_event_is_set_aside(
    redis: Redis, letters: DeadLetters, subscribe: Subscribe, until: Until
) -> None:
    async with subscribe(Notes().consumer()):
        await redis.xadd(EVENTS, {"hello": b"\xff\xfe"})
        await until(lambda: redis.xlen(DEAD))
    (letter,) = await letters.page()
    assert (letter.type, letter.event_id, letter.payload) == ("", "", "")
    assert letter.fields == {b"hello": b"\xff\xfe"}


async def test_who_is_not_right_without_an_event_is_told_before_it_is_set_aside(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    told: list[int] = []

    async def losing() -> None:
        told.append(await redis.xlen(DEAD))
        if len(told) == 1:
            raise Unavailable

    async with subscribe(Notes().consumer(losing=losing)):
        await tell(redis, a_post("p1"), payload="{")
        await tell(redis, a_post("p2"))
        await until(lambda: redis.xlen(DEAD))
        await until(lambda: is_quiet(redis, "fanout"))
    # At first it could not be told, so the event was not set aside.
    assert told == [0, 0]


async def test_a_payload_that_a_handler_cannot_read_is_set_aside_at_once(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    notes = Notes(errors={"p1": [MalformedEvent("no key")] * 9})
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: redis.xlen(DEAD))
    assert len(notes.errors["p1"]) == 8


async def test_an_outage_does_not_count_as_an_attempt(redis: Redis, subscribe: Subscribe, until: Until) -> None:
    notes = Notes(errors={"p1": [Unavailable()] * 5})
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: is_quiet(redis, "fanout"), 20)
    assert notes.seen == ["p1"]
    assert await redis.xlen(DEAD) == 0


async def test_a_query_that_takes_too_long_counts(redis: Redis, subscribe: Subscribe, until: Until) -> None:
    notes = Notes(errors={"p1": [QueryTimeout()] * 9})
    async with subscribe(notes.consumer()):
        await tell(redis, a_post("p1"))
        await until(lambda: redis.xlen(DEAD))
    assert len(notes.errors["p1"]) == 6


async def test_a_handler_that_hangs_is_ended(redis: Redis, letters: DeadLetters, subscribe: Subscribe, until: Until) -> None:
    async def hang(_event: PostCreated) -> None:
        await asyncio.Event().wait()

    async with subscribe(Consumer(group="fanout", events={PostCreated}, handle=hang, timeout=0.05)):
        await tell(redis, a_post("p1"))
        await until(lambda: redis.xlen(DEAD))
    assert (await letters.page())[0].error.startswith("TimeoutError")


async def test_no_more_calls_run_at_once_than_allowed(redis: Redis, subscribe: Subscribe, until: Until) -> None:
    running, most = 0, 0

    async def handle(_event: PostCreated) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    async with subscribe(Consumer(group="fanout", events={PostCreated}, handle=handle, concurrency=3)):
        await tell(redis, *(a_post() for _ in range(100)))
        await until(lambda: is_quiet(redis, "fanout"))
    assert most == 3


async def test_many_events_are_one_call_and_a_failed_call_is_repeated_event_by_event(
    redis: Redis, letters: DeadLetters, subscribe: Subscribe, until: Until
) -> None:
    calls: list[list[str]] = []

    async def handle_many(events: Sequence[PostCreated]) -> None:
        posts = [event.post_id for event in events]
        calls.append(posts)
        if "bad" in posts:
            raise ValueError("bad")

    await tell(redis, a_post("p1"), a_post("bad"), a_post("p2"))
    async with subscribe(Consumer(group="many", events={PostCreated}, handle_many=handle_many, batch=10)):
        await until(lambda: redis.xlen(DEAD))
        await until(lambda: is_quiet(redis, "many"))
    assert calls[0] == ["p1", "bad", "p2"]
    assert sorted(calls[1:]) == [["bad"], ["bad"], ["p1"], ["p2"]]
    assert [letter.payload.count("bad") for letter in await letters.page()] == [1]


async def looks(redis: Redis) -> int:
    """Return how often workers have looked for what others left."""
    found = await redis.info("commandstats")
    return int(found["cmdstat_xpending"]["calls"]) if "cmdstat_xpending" in found else 0


async def looked(redis: Redis, times: int) -> bool:
    """Tell whether workers have looked so many times."""
    return await looks(redis) >= times


async def test_a_long_call_is_not_taken_over_by_another_worker(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    calls, release = 0, asyncio.Event()

    async def handle(_event: PostCreated) -> None:
        nonlocal calls
        calls += 1
        await release.wait()

    consumer, policy = Consumer(group="fanout", events={PostCreated}, handle=handle), RetryPolicy(reclaim_after=0.4)
    async with subscribe(consumer, "w1", policy), subscribe(consumer, "w2", policy):
        await tell(redis, a_post("p1"))
        # Each worker looks three times within the idle time after which an entry without signs of life would be taken.
        before = await looks(redis)
        await until(lambda: looked(redis, before + 20))
        release.set()
        await until(lambda: is_quiet(redis, "fanout"))
    assert calls == 1


async def test_a_stopping_worker_finishes_what_it_began(redis: Redis, subscribe: Subscribe, until: Until) -> None:
    began, release, finished = asyncio.Event(), asyncio.Event(), []

    async def handle(_event: PostCreated) -> None:
        began.set()
        await release.wait()
        finished.append(1)

    async def release_when_it_stops() -> None:
        await until(lambda: "fanout read" not in {task.get_name() for task in asyncio.all_tasks()})
        release.set()

    async with asyncio.TaskGroup() as tasks, subscribe(Consumer(group="fanout", events={PostCreated}, handle=handle)):
        await tell(redis, a_post("p1"))
        await asyncio.wait_for(began.wait(), 5)
        tasks.create_task(release_when_it_stops())
    assert finished == [1]
    assert await is_quiet(redis, "fanout")
    assert await redis.xinfo_consumers(EVENTS, "fanout") == []


async def test_what_a_stopping_worker_cannot_finish_is_taken_over_at_once(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    began = asyncio.Event()

    async def hang(_event: PostCreated) -> None:
        began.set()
        await asyncio.Event().wait()

    async with subscribe(Consumer(group="fanout", events={PostCreated}, handle=hang), "w1", RetryPolicy(grace=0.1)):
        await tell(redis, a_post("p1"))
        await asyncio.wait_for(began.wait(), 5)
    notes = Notes()
    # Its own idle time would be 15 seconds.
    async with subscribe(notes.consumer(), "w2", RetryPolicy()):
        await until(lambda: notes.seen == ["p1"], 2)
        await until(lambda: is_quiet(redis, "fanout"))


def test_a_consumer_has_one_way_to_be_called() -> None:
    with pytest.raises(TypeError, match="either"):
        Consumer[Event](group="fanout", events=())
