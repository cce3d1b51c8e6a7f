"""A Redis that may be broken, and workers and relays that run for the length of a block."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from graph.driver import Graph
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.connections import connection_pool
from keyspace.consumer_group import ConsumerGroup
from keyspace.dead_letters import DeadLetters
from keyspace.ordered_group import OrderedGroup
from services.events.consumer import Consumer
from services.events.metrics import EventMetrics
from services.events.ordered_subscription import OrderedSubscription
from services.events.relay import Relay
from services.events.retry_policy import RetryPolicy
from services.events.subscription import Subscription
from tests.services.events.redis_process import RedisProcess
from tests.worlds import waiting
from tests.worlds.processes import unmeasured

Relaying = Callable[..., AbstractAsyncContextManager[None]]
Spawn = Callable[..., Awaitable[Process]]
Subscribe = Callable[..., AbstractAsyncContextManager[object]]


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    """A server for the session; tests that stop it leave the start to the next test."""
    process = RedisProcess(tmp_path_factory.mktemp("redis"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
async def redis(redis_process: RedisProcess) -> AsyncIterator[Redis]:
    """A client of an empty server that these tests may break."""
    redis_process.start()
    client = Redis.from_pool(connection_pool(redis_process.url, timeout=1.0))
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def keyspace(redis: Redis, redis_process: RedisProcess) -> AsyncIterator[Keyspace]:
    """That server as the product uses it."""
    keyspace = Keyspace.open(redis_process.url)
    yield keyspace
    await keyspace.close()


@pytest.fixture
def letters(keyspace: Keyspace) -> DeadLetters:
    """The dead letters in that server."""
    return DeadLetters(keyspace)


@pytest.fixture
def metrics() -> EventMetrics:
    """Figures of one test."""
    return EventMetrics.of(CollectorRegistry())


@pytest.fixture
def policy() -> RetryPolicy:
    """Times short enough for a test: others take over after 1.5 seconds."""
    return RetryPolicy(attempts=3, reclaim_after=1.5, grace=1.0)


@pytest.fixture
def subscribe(
    keyspace: Keyspace, blocking: BlockingConnections, metrics: EventMetrics, policy: RetryPolicy
) -> Subscribe:
    """Run a consumer for the length of a block, as one worker."""

    @asynccontextmanager
    async def running(
        consumer: Consumer[Any], worker: str = "worker", policy: RetryPolicy = policy
    ) -> AsyncIterator[Subscription]:
        group = ConsumerGroup(keyspace, blocking, consumer.group, worker)
        subscription = Subscription(consumer, group, policy, metrics)
        task = asyncio.create_task(subscription.run())
        try:
            yield subscription
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return running


@pytest.fixture
def relaying(keyspace: Keyspace, blocking: BlockingConnections, metrics: EventMetrics) -> Relaying:
    """Run a relay for the length of a block."""

    @asynccontextmanager
    async def running(graph: Graph, **options: Any) -> AsyncIterator[None]:
        task = asyncio.create_task(Relay(graph, keyspace, blocking, metrics, **options).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return running


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait for a condition, plain or awaitable, until a deadline in seconds."""
    return waiting.until


@pytest.fixture
def in_order(keyspace: Keyspace, blocking: BlockingConnections, metrics: EventMetrics, policy: RetryPolicy) -> Subscribe:
    """Run a consumer with a lease for the length of a block, as one worker."""

    @asynccontextmanager
    async def running(consumer: Consumer[Any], worker: str = "worker", policy: RetryPolicy = policy) -> AsyncIterator[None]:
        assert consumer.lease
        group = OrderedGroup(ConsumerGroup(keyspace, blocking, consumer.group, worker), consumer.lease)
        task = asyncio.create_task(OrderedSubscription(consumer, group, policy, metrics).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return running


@pytest.fixture
async def spawn(redis_process: RedisProcess) -> AsyncIterator[Spawn]:
    """Start killable processes, and end those that live on."""
    started: list[Process] = []

    async def start(*words: str) -> Process:
        mode, *rest = words
        started.append(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.services.events.killable", mode, redis_process.url, *rest, env=unmeasured(os.environ)
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()
