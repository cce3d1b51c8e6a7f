"""Couriers, relays and the gate between them, in random stories: each event comes once, and a person's in their order."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.errors import LeaseLost
from keyspace.event_stream import WAIT_LIFE, EventStream
from keyspace.roles import Role
from services.events.courier import Courier
from services.events.metrics import EventMetrics
from services.events.relay import Relay, RelayOptions
from services.events.stream import event_of
from stack.embedded import StackAddresses
from tests.conftest import EMPTY
from tests.property_examples import examples
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import a_post, commit, streamed
from tests.worlds.serving import settings_for
from tests.worlds.stepped import SteppedProcess
from tests.worlds.waiting import PATIENT

BATCH = 3
"""Events that a relay moves at a time: fewer than stories have."""
PEOPLE = 3
RELAYS = 2
people = st.integers(0, PEOPLE - 1)
relays = st.integers(0, RELAYS - 1)
steps = st.integers(1, 6)
"""Round trips of a relay: a look is six."""


@dataclass(slots=True)
class Passage:
    """The way from writers to the stream. `processes` hold relays that stop between any two round trips.

    `ordered` holds the ids of what each person's courier could hand over, and `repeated` those that may come again.
    """

    graph: Graph
    keyspace: Keyspace
    redis: Redis
    processes: Sequence[SteppedProcess]
    couriers: list[Courier] = field(default_factory=list)
    relays: list[Relay] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    ordered: list[list[str]] = field(default_factory=list)
    repeated: set[str] = field(default_factory=set)

    async def begin(self) -> None:
        """Begin with nothing."""
        async with self.graph.driver.session() as session:
            await (await session.run(EMPTY)).consume()
        await self.redis.flushall()
        self.couriers = [Courier(EventStream(self.keyspace), 1_000) for _ in range(PEOPLE)]
        self.relays = [_relay(process) for process in self.processes]
        self.written, self.ordered, self.repeated = [], [[] for _ in range(PEOPLE)], set()

    async def write(self, person: int, *, is_handed_over: bool) -> None:
        """Let somebody write, in a process of their own, which hands the event over or cannot."""
        event, courier = a_post(), self.couriers[person]
        self.written.append(event.id)
        if is_handed_over:
            self.ordered[person].append(event.id)
            await commit(replace(self.graph, committed=courier.send), event)
            await courier.close()
        else:
            await commit(self.graph, event)
            courier._failed += 1

    async def look(self, number: int, count: int) -> None:
        """Let a relay look, up to some round trip, if it does not already."""
        if self.processes[number].is_idle:
            self.processes[number].begin(_look(self.relays[number]))
        await self.processes[number].go_on(count)

    async def die(self, number: int) -> None:
        """Kill a relay. Another takes its place."""
        await self.processes[number].kill()
        self.relays[number] = _relay(self.processes[number])

    async def seconds_pass(self) -> None:
        """Let the gate's time and the lease of a relay end."""
        await self.redis.delete(keys.EVENTS_GATE, keys.RELAY_LEASE)

    async def half_a_minute_passes(self) -> None:
        """Let what waits grow older."""
        await self.seconds_pass()
        left = await self.redis.pttl(keys.EVENTS_WAITING) - WAIT_LIFE // 2
        await self.redis.pexpire(keys.EVENTS_WAITING, max(0, left))

    async def minutes_pass(self) -> None:
        """Let the marks end: without a relay meanwhile, what is in the outbox may be on the stream already."""
        await self.seconds_pass()
        await self.redis.delete(keys.EVENTS_WAITING, *await self.redis.keys(keys.appended(b"*")))
        self.repeated |= {id_ for id_, *_ in await self.graph.read("outbox/oldest", limit=1_000)}

    async def pause(self, number: int, count: int) -> None:
        """Let a relay stop for minutes in its look, in which another has its place, and then go on."""
        await self.look(number, count)
        await self.seconds_pass()
        await self.look(1 - number, 100)
        await self.minutes_pass()
        await self.look(number, 100)

    async def end(self) -> None:
        """Let a relay look until it has moved all, and compare the stream with what was written."""
        for number in range(RELAYS):
            await self.die(number)
        await self.seconds_pass()
        for _ in range(len(self.written) // BATCH + 2):
            await self.look(0, 100)
        found = [event_of(entry.fields).id for entry in await streamed(self.redis)]
        assert set(found) == set(self.written)
        assert {id_ for id_ in found if found.count(id_) > 1} <= self.repeated
        for ids in self.ordered:
            assert sorted(ids, key=found.index) == ids
        assert await self.redis.exists(keys.EVENTS_GATE)


def _relay(process: SteppedProcess) -> Relay:
    parts, metrics = process.parts, EventMetrics.of(CollectorRegistry())
    return Relay(parts.graph, parts.redis.of(Role.STREAMS), parts.blocking, metrics, options=RelayOptions(batch=BATCH))


async def _look(relay: Relay) -> None:
    with suppress(LeaseLost):
        if await relay._lease.hold():
            await relay._move_all()


class Stories(RuleBasedStateMachine):
    """What may happen."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    passage: ClassVar[Passage]

    def do(self, step: Coroutine[Any, Any, None]) -> None:
        """Take a step."""
        self.loop.run_until_complete(step)

    @initialize()
    def begin(self):
        self.do(self.passage.begin())

    @rule(person=people, is_handed_over=st.integers(0, 5).map(bool))
    def write(self, person, is_handed_over):
        self.do(self.passage.write(person, is_handed_over=is_handed_over))

    @rule(number=relays, count=steps)
    def look(self, number, count):
        self.do(self.passage.look(number, count))

    @rule(number=relays)
    def look_to_the_end(self, number):
        self.do(self.passage.look(number, 100))

    @rule(number=relays, count=steps)
    def pause(self, number, count):
        self.do(self.passage.pause(number, count))

    @rule(number=relays)
    def die(self, number):
        self.do(self.passage.die(number))

    @rule()
    def seconds_pass(self):
        self.do(self.passage.seconds_pass())

    @rule()
    def half_a_minute_passes(self):
        self.do(self.passage.half_a_minute_passes())

    @rule()
    def minutes_pass(self):
        self.do(self.passage.minutes_pass())

    def teardown(self):
        """End every story with all events on the stream."""
        self.do(self.passage.end())


@pytest.fixture
async def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop that all fixtures and tests share; a test that is no coroutine may run it."""
    return asyncio.get_running_loop()


@pytest.fixture
async def passage(
    stack: StackAddresses, graph: Graph, keyspace: Keyspace, redis: Redis, redis_process: RedisProcess, tmp_path: Path
) -> AsyncIterator[Passage]:
    """Relays over a Redis that these tests may empty."""
    own = settings_for(stack, tmp_path, redis_url=redis_process.url, **PATIENT)
    processes = [SteppedProcess.open(own) for _ in range(RELAYS)]
    yield Passage(graph, keyspace, redis, processes)
    for process in processes:
        await process.kill()
        await process.parts.close()


def test_events_come_once_and_in_order_whatever_couriers_and_relays_meet(
    running_loop: asyncio.AbstractEventLoop, passage: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyspace.event_stream.WAITING_MOST", 3)

    class StoriesOfThisPassage(Stories):
        loop = running_loop

    StoriesOfThisPassage.passage = passage
    run_state_machine_as_test(
        StoriesOfThisPassage,
        settings=settings(
            max_examples=examples(30), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
