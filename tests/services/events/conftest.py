"""A Redis that may be broken, and workers and relays that run for the length of a block."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from graph.driver import Graph
from keyspace.client import connect
from services.events.connection import blocking
from services.events.consumer import Consumer
from services.events.limits import Limits
from services.events.metrics import EventMetrics
from services.events.relay import Relay
from services.events.subscription import Subscription
from tests.services.events.redis_process import RedisProcess

Relaying = Callable[..., AbstractAsyncContextManager[None]]
Subscribe = Callable[..., AbstractAsyncContextManager[Subscription]]


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    """A server for the session; tests that stop it leave the start to the next test."""
    process = RedisProcess(tmp_path_factory.mktemp("redis"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
async def redis(redis_process: RedisProcess) -> AsyncIterator[Redis]:
    """A client as web processes have it, of an empty server that these tests may break."""
    redis_process.start()
    client = connect(redis_process.url, timeout=1.0, pool_size=16)
    while True:
        try:
            await client.flushall()
            break
        except OSError:
            await asyncio.sleep(0.05)
    yield client
    await client.aclose()
    await client.connection_pool.disconnect()


@pytest.fixture
def metrics() -> EventMetrics:
    """Figures of one test."""
    return EventMetrics.of(CollectorRegistry())


@pytest.fixture
def limits() -> Limits:
    """Limits short enough for a test: others take over after 1.5 seconds."""
    return Limits(attempts=3, reclaim_after=1.5, grace=1.0)


@pytest.fixture
def subscribe(redis: Redis, metrics: EventMetrics, limits: Limits) -> Subscribe:
    """Run a consumer for the length of a block, as one worker."""

    @asynccontextmanager
    async def running(
        consumer: Consumer[Any], worker: str = "worker", limits: Limits = limits
    ) -> AsyncIterator[Subscription]:
        async with blocking(redis) as reader:
            subscription = Subscription(consumer, reader, worker, limits, metrics)
            task = asyncio.create_task(subscription.run())
            try:
                yield subscription
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return running


@pytest.fixture
def relaying(redis: Redis, metrics: EventMetrics) -> Relaying:
    """Run a relay for the length of a block."""

    @asynccontextmanager
    async def running(graph: Graph, **options: Any) -> AsyncIterator[None]:
        task = asyncio.create_task(Relay(graph, redis, metrics, **options).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return running


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait for a condition, plain or awaitable, until a deadline in seconds."""

    async def wait(condition: Callable[[], object], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while True:
                met = condition()
                if await met if isinstance(met, Awaitable) else met:
                    return
                await asyncio.sleep(0.01)

    return wait
