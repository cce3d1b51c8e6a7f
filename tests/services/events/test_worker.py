"""The whole way: from a commit to a handler, in one worker."""

import asyncio

from prometheus_client import CollectorRegistry, generate_latest
from redis.asyncio import Redis

from graph.driver import Graph
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.dead_letters import DeadLetters
from keyspace.event_stream import EventStream
from keyspace.keys import EVENTS
from services.events.engine import EventEngine
from services.events.metrics import EventMetrics
from tests.services.events.redis_process import RedisProcess
from tests.services.events.stories import Notes, Until, a_post, commit, is_empty


async def test_what_is_committed_is_handled_and_counted(
    redis: Redis, keyspace: Keyspace, blocking: BlockingConnections, graph: Graph, until: Until
) -> None:
    registry = CollectorRegistry()
    metrics, notes = EventMetrics.of(registry), Notes()
    worker = asyncio.create_task(EventEngine(graph, keyspace, blocking, metrics).run([notes.consumer()], "w"))
    await commit(graph, a_post("p1"))
    await until(lambda: notes.seen == ["p1"])
    await until(lambda: is_empty(graph))
    await metrics.look(graph, EventStream(keyspace), DeadLetters(keyspace))
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    text = generate_latest(registry).decode()
    for line in (
        'rookery_events_handled_total{group="fanout"} 1.0',
        "rookery_events_relayed_total 1.0",
        "rookery_outbox_depth 0.0",
        "rookery_stream_length 1.0",
        'rookery_group_lag{group="fanout"} 0.0',
    ):
        assert line in text
    assert await redis.xinfo_consumers(EVENTS, "fanout") == []


async def test_a_worker_starts_while_redis_is_away(
    redis_process: RedisProcess,
    keyspace: Keyspace,
    blocking: BlockingConnections,
    graph: Graph,
    metrics: EventMetrics,
    until: Until,
) -> None:
    redis_process.stop()
    notes = Notes()
    worker = asyncio.create_task(EventEngine(graph, keyspace, blocking, metrics).run([notes.consumer()], "w"))
    await commit(graph, a_post("p1"))
    redis_process.start()
    await until(lambda: notes.seen == ["p1"])
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert worker.cancelled()
