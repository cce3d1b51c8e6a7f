"""From the outbox to the stream."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs
from structlog.typing import EventDict

from errors import Unavailable
from graph.bookmarks import BookmarkJar
from graph.driver import Graph
from graph.ids import id_at
from keyspace import keys
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.consumer_group import ConsumerGroup
from keyspace.errors import CommandRefused, LeaseLost
from keyspace.event_stream import WAIT_LIFE, EventStream
from keyspace.keys import EVENTS, EVENTS_GATE, EVENTS_WAITING, NUDGES, RELAY_LEASE
from keyspace.lease import Lease
from services.events.courier import MOST_AT_ONCE, Courier
from services.events.event import Event
from services.events.metrics import EventMetrics
from services.events.post_events import PostCreated
from services.events.relay import Relay, RelayOptions
from services.events.stream import event_of, fields_of
from services.events.user_events import UserCreated
from stack.embedded import StackAddresses
from tests.services.events.conftest import Relaying
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import Until, a_like, a_post, commit, is_empty, streamed, tell

SLOW = RelayOptions(poll=30.0)
"""A relay that finds nothing by itself within a test."""


class ShakyGraph(Graph):
    """A graph that answers Unavailable to the first calls of each kind."""

    failures: ClassVar = {"read": 2, "write": 2}

    async def read(self, name: str, /, **params: Any) -> Any:
        """Fail twice, then read."""
        self._fail("read")
        return await super().read(name, **params)

    async def write(self, name: str, /, **params: Any) -> Any:
        """Fail twice, then write."""
        self._fail("write")
        return await super().write(name, **params)

    def _fail(self, kind: str) -> None:
        if self.failures[kind]:
            self.failures[kind] -= 1
            raise Unavailable


@pytest.fixture
async def courier(keyspace: Keyspace) -> AsyncIterator[Courier]:
    """What a web process hands events over with."""
    courier = Courier(EventStream(keyspace), 1_000)
    yield courier
    await courier.close()


async def _streamed(redis: Redis) -> list[Event]:
    return [event_of(entry.fields) for entry in await streamed(redis)]


async def test_events_are_moved_oldest_first_and_removed(
    redis: Redis, graph: Graph, relaying: Relaying, until: Until
) -> None:
    events = [a_post(f"p{number}") for number in range(25)]
    await commit(graph, *reversed(events))
    async with relaying(graph, options=RelayOptions(batch=10)):
        await until(lambda: is_empty(graph))
    assert await _streamed(redis) == events


async def test_an_event_committed_late_with_a_smaller_id_is_moved(
    redis: Redis, graph: Graph, relaying: Relaying, until: Until
) -> None:
    early, late = (UserCreated(id=id_at(at, 1), at=at, user_id="u") for at in (1_000, 2_000))
    async with relaying(graph):
        await commit(graph, late)
        await until(lambda: is_empty(graph))
        await commit(graph, early)
        await until(lambda: is_empty(graph))
    assert await _streamed(redis) == [late, early]


async def test_a_nudge_wakes_the_relay_in_a_cluster(
    redis: Redis, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    routed = replace(graph, bookmarks=BookmarkJar(routed=True))
    async with relaying(routed, options=SLOW):
        await until(lambda: redis.exists(RELAY_LEASE))
        await until(lambda: _has_listener(redis))
        for event in (a_post(), a_like()):
            await commit(replace(graph, committed=courier.send), event)
            await until(lambda: is_empty(graph), 2)
        assert not await redis.exists(EVENTS_GATE)


async def test_events_are_on_the_stream_at_once_and_once(
    redis: Redis, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    events = [a_post(), a_like()]
    async with relaying(graph, options=SLOW):
        await until(lambda: redis.exists(EVENTS_GATE))
        for event in events:
            await commit(replace(graph, committed=courier.send), event)
        await until(lambda: _has(redis, 2), 2)
        assert not await is_empty(graph)
    async with relaying(graph, options=RelayOptions(poll=0.1)):
        await until(lambda: is_empty(graph), 5)
    assert await _streamed(redis) == events


async def _has(redis: Redis, events: int) -> bool:
    return await redis.xlen(EVENTS) == events


async def test_what_the_relay_moved_is_not_handed_over_again(
    redis: Redis, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    event = a_post()
    await commit(graph, event)
    async with relaying(graph):
        await until(lambda: is_empty(graph))
        courier.send([event.encode()])
        await courier.close()
    assert await _streamed(redis) == [event]


async def test_nothing_overtakes_what_a_courier_could_not_hand_over(
    redis: Redis, keyspace: Keyspace, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    """One process writes while the gate is closed, as after the relay died; another writes once it is open."""
    first, second = a_post("first"), a_post("second")
    await commit(graph, first)
    courier.send([first.encode()])
    await courier.close()
    async with relaying(graph, options=SLOW):
        await until(lambda: redis.exists(EVENTS_GATE))
        await commit(replace(graph, committed=Courier(EventStream(keyspace), 1_000).send), second)
        await until(lambda: _has(redis, 2), 2)
    assert await _streamed(redis) == [first, second]


async def test_what_may_have_been_committed_closes_the_gate(
    redis: Redis, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    event = a_post()
    async with relaying(graph, options=SLOW):
        await until(lambda: redis.exists(EVENTS_GATE))
        await until(lambda: _has_listener(redis))
        await commit(graph, event)
        courier.send(())
        await until(lambda: is_empty(graph), 2)
        await until(lambda: redis.exists(EVENTS_GATE), 2)
    assert await _streamed(redis) == [event]


async def test_who_is_behind_keeps_the_gate_closed_until_the_relay_has_looked(
    redis: Redis, keyspace: Keyspace, courier: Courier
) -> None:
    stream, lease = courier.stream, Lease(keyspace, RELAY_LEASE)
    assert await lease.hold()
    behind = await stream.behind()
    assert await stream.open_gate(lease, behind, length=10)
    courier.send(())
    await courier.close()
    assert not await redis.exists(EVENTS_GATE)
    assert not await stream.open_gate(lease, behind, length=10)
    assert await stream.open_gate(lease, await stream.behind(), length=10)


async def test_what_waits_at_the_gate_passes_in_order_and_once(redis: Redis, keyspace: Keyspace, courier: Courier) -> None:
    stream, lease = courier.stream, Lease(keyspace, RELAY_LEASE)
    assert await lease.hold()
    events = [a_post(f"p{number}") for number in range(5)]
    for event in events:
        courier.send([event.encode()])
        await courier.close()
    assert await redis.xlen(EVENTS) == 0
    await stream.add(lease, [fields_of(events[0])], length=10)  # the relay found it meanwhile
    assert await stream.open_gate(lease, b"", length=10)
    courier.send([events[2].encode()])
    await courier.close()
    assert await _streamed(redis) == events


async def test_too_many_that_wait_are_left_to_the_relay(
    redis: Redis, keyspace: Keyspace, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyspace.event_stream.WAITING_MOST", 2)
    for number in range(3):
        await arrives(courier, a_post(f"p{number}"))
    assert await redis.llen(EVENTS_WAITING) == 0
    lease = Lease(keyspace, RELAY_LEASE)
    assert await lease.hold()
    assert not await courier.stream.open_gate(lease, b"", length=10)
    assert await courier.stream.open_gate(lease, await courier.stream.behind(), length=10)
    assert await redis.xlen(EVENTS) == 0


async def arrives(courier: Courier, event: Event) -> None:
    """Let a courier come to the gate with an event."""
    courier.send([event.encode()])
    await courier.close()


async def test_who_comes_while_the_relay_looks_keeps_the_gate_closed_no_longer_than_until_it_has(
    redis: Redis, keyspace: Keyspace, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyspace.event_stream.WAITING_MOST", 3)
    lease, late = Lease(keyspace, RELAY_LEASE), [a_post(f"late{number}") for number in range(3)]
    assert await lease.hold()
    for number in range(4):
        await arrives(courier, a_post(f"early{number}"))
    behind = await courier.stream.behind()
    for event in late:
        await arrives(courier, event)
    assert await courier.stream.open_gate(lease, behind, length=10)
    assert await _streamed(redis) == late


async def test_what_waits_ends_before_its_marks_do(redis: Redis, keyspace: Keyspace, courier: Courier) -> None:
    event = a_post()
    await arrives(courier, event)
    for _ in range(2):
        waits, mark = await redis.pttl(EVENTS_WAITING), await redis.pttl(keys.appended(event.id.encode()))
        assert 0 < waits < mark / 1.5
        await redis.pexpire(EVENTS_WAITING, WAIT_LIFE - 10_000)
        await arrives(courier, a_like())
    assert await redis.pttl(EVENTS_WAITING) <= WAIT_LIFE - 10_000


async def test_nothing_is_added_to_what_soon_ends_or_the_next_event_would_overtake_it(
    redis: Redis, keyspace: Keyspace, courier: Courier
) -> None:
    lease = Lease(keyspace, RELAY_LEASE)
    assert await lease.hold()
    await arrives(courier, a_post("old"))
    await redis.pexpire(EVENTS_WAITING, WAIT_LIFE // 2 - 1_000)
    behind = await courier.stream.behind()
    await arrives(courier, a_post("after the relay looked"))
    assert not await redis.exists(EVENTS_WAITING)
    assert not await courier.stream.open_gate(lease, behind, length=10)


async def test_a_relay_that_was_paused_moves_nothing_again(
    redis: Redis, keyspace: Keyspace, blocking: BlockingConnections, graph: Graph, metrics: EventMetrics
) -> None:
    paused, event = Relay(graph, keyspace, blocking, metrics), a_post()
    await commit(graph, event)
    assert await paused._lease.hold()
    await redis.delete(RELAY_LEASE)
    assert await Lease(keyspace, RELAY_LEASE).hold()
    with pytest.raises(LeaseLost):
        await paused.move()
    assert await redis.xlen(EVENTS) == 0
    assert not await is_empty(graph)


async def test_only_the_relay_moves_the_gate(keyspace: Keyspace, courier: Courier) -> None:
    relay, other = (Lease(keyspace, RELAY_LEASE) for _ in range(2))
    assert await relay.hold()
    assert await courier.stream.open_gate(relay, b"", length=10)
    with pytest.raises(LeaseLost):
        await courier.stream.close_gate(other)
    with pytest.raises(LeaseLost):
        await courier.stream.open_gate(other, b"", length=10)


async def test_a_failure_while_another_is_told_is_told_as_well(
    redis: Redis, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second fails while the answer to what was said of the first is on its way."""
    leave = EventStream.leave_to_relay

    async def fail(*_: object, **__: object) -> bool:
        raise Unavailable

    async def leave_and_fail(stream: EventStream) -> None:
        await leave(stream)
        monkeypatch.setattr(EventStream, "leave_to_relay", fail)
        await courier._send([a_post("second").encode()])
        monkeypatch.setattr(EventStream, "leave_to_relay", leave)

    monkeypatch.setattr(EventStream, "hand_over", fail)
    await courier._send([a_post("first").encode()])
    monkeypatch.setattr(EventStream, "leave_to_relay", leave_and_fail)
    await courier._send([a_post("third").encode()])
    before = await courier.stream.behind()
    await courier._send([a_post("fourth").encode()])
    assert await courier.stream.behind() != before


async def test_nothing_is_handed_over_without_a_relay(redis: Redis, courier: Courier, graph: Graph) -> None:
    await commit(replace(graph, committed=courier.send), a_post())
    await courier.close()
    assert await redis.xlen(EVENTS) == 0
    assert not await is_empty(graph)


async def test_a_crowd_of_events_is_left_to_the_relay(
    redis: Redis, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    events = [a_post(f"p{number}") for number in range(MOST_AT_ONCE + 1)]
    async with relaying(graph, options=SLOW):
        await until(lambda: redis.exists(EVENTS_GATE))
        courier.send([event.encode() for event in events])
        await courier.close()
        assert await redis.xlen(EVENTS) == 0


async def _has_listener(redis: Redis) -> bool:
    return bool((await redis.pubsub_numsub(NUDGES))[0][1])


async def test_an_event_without_a_nudge_is_found(redis: Redis, graph: Graph, relaying: Relaying, until: Until) -> None:
    async with relaying(graph, options=RelayOptions(poll=0.1)):
        await until(lambda: redis.exists(RELAY_LEASE))
        await commit(graph, a_post())
        await until(lambda: redis.xlen(EVENTS), 2)


async def test_one_relay_moves_and_another_takes_over_when_it_is_gone(
    keyspace: Keyspace, graph: Graph, relaying: Relaying, until: Until
) -> None:
    dead = Lease(keyspace, RELAY_LEASE, life=1.0)
    assert await dead.hold()
    await commit(graph, a_post())
    async with relaying(graph):
        assert not await Lease(keyspace, RELAY_LEASE).hold()
        await until(lambda: is_empty(graph), 5)
        assert not await dead.hold()


async def test_a_relay_that_stops_leaves_its_place_at_once(
    redis: Redis, graph: Graph, relaying: Relaying, until: Until
) -> None:
    async with relaying(graph):
        await until(lambda: redis.exists(RELAY_LEASE))
    assert await redis.exists(RELAY_LEASE) == 0


async def test_a_lease_is_kept_renewed_lost_and_taken_again(redis: Redis, keyspace: Keyspace) -> None:
    mine, other = Lease(keyspace, "place"), Lease(keyspace, "place")
    assert await mine.hold()
    assert await mine.hold()
    assert not await other.hold()
    await redis.flushall()
    assert await other.hold()
    assert not await mine.hold()
    await redis.flushall()
    await other.release()
    assert await mine.hold()


async def test_a_graph_that_is_down_is_waited_for(
    redis: Redis, graph: Graph, stack: StackAddresses, relaying: Relaying, until: Until
) -> None:
    await commit(graph, a_post("p1"), a_post("p2"))
    shaky = ShakyGraph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password)
    async with relaying(shaky):
        await until(lambda: is_empty(graph))
    await shaky.close()
    # Met three times, since only the third removal succeeded.
    assert [event.post_id for event in await _streamed(redis) if isinstance(event, PostCreated)] == ["p1", "p2"]


def logged(lines: list[EventDict], event: str) -> list[EventDict]:
    """Return the lines of one event."""
    return [line for line in lines if line["event"] == event]


async def test_nothing_is_removed_while_redis_is_away(
    redis: Redis, redis_process: RedisProcess, graph: Graph, relaying: Relaying, until: Until
) -> None:
    async with relaying(graph):
        await until(lambda: redis.exists(RELAY_LEASE))
        redis_process.stop()
        await commit(graph, a_post())
        with capture_logs() as lines:
            await until(lambda: len(logged(lines, "relay_interrupted")) > 1)
        assert not await is_empty(graph)
        redis_process.start()
        await until(lambda: is_empty(graph), 5)
    assert len(await _streamed(redis)) == 1


async def _opens(stream: EventStream) -> bool:
    lease = Lease(stream.keyspace, RELAY_LEASE)
    try:
        await lease.hold()
        opened = await stream.open_gate(lease, b"", length=10)
        await lease.release()
    except Unavailable:
        return False
    return opened


async def test_nothing_is_removed_when_redis_refuses(
    redis: Redis, keyspace: Keyspace, blocking: BlockingConnections, graph: Graph, metrics: EventMetrics
) -> None:
    await commit(graph, a_post())
    await redis.set(EVENTS, "not a stream")
    relay = Relay(graph, keyspace, blocking, metrics)
    assert await relay._lease.hold()
    with pytest.raises(CommandRefused, match="WRONGTYPE"):
        await relay.move()
    assert not await is_empty(graph)


async def test_the_relay_waits_for_a_group_that_is_far_behind(
    redis: Redis,
    keyspace: Keyspace,
    blocking: BlockingConnections,
    courier: Courier,
    graph: Graph,
    relaying: Relaying,
    until: Until,
) -> None:
    await tell(redis, *(a_post() for _ in range(10)))
    group, abandoned = (ConsumerGroup(keyspace, blocking, name, "w") for name in ("fanout", "abandoned"))
    await group.create()
    await abandoned.create()
    held = replace(graph, committed=courier.send)
    await commit(held, a_post("held"))
    async with relaying(graph, groups=["fanout"], options=RelayOptions(stream_length=10, poll=0.05)):
        with capture_logs() as lines:
            await until(lambda: len(logged(lines, "relay_waits")) > 1)
        await commit(held, a_post("held too"))
        await courier.close()
        assert await redis.xlen(EVENTS) == 10
        assert not await is_empty(graph)
        # The group reads and answers; nobody asks about the abandoned one.
        await group.acknowledge([entry.id for entry in await group.read(100, 1)])
        await until(lambda: is_empty(graph))
        await until(lambda: redis.exists(EVENTS_GATE))


async def test_an_event_is_not_lost_while_redis_is_away(
    redis: Redis, redis_process: RedisProcess, courier: Courier, graph: Graph, relaying: Relaying, until: Until
) -> None:
    redis_process.stop()
    telling, events = replace(graph, committed=courier.send), [a_post("away"), a_post("back")]
    with capture_logs() as lines:
        await commit(telling, events[0])
        await courier.close()
    assert logged(lines, "events_left_to_the_relay")
    redis_process.start()
    await until(lambda: _opens(courier.stream))
    await commit(telling, events[1])
    await courier.close()
    assert await redis.xlen(EVENTS) == 0
    async with relaying(graph):
        await until(lambda: is_empty(graph), 5)
    assert await _streamed(redis) == events
