"""A process to be killed: a worker whose handlers write down what they do, or a relay that dies after writing.

python -m tests.services.events.killable worker REDIS_URL NAME
python -m tests.services.events.killable relay REDIS_URL NEO4J_URL NEO4J_USER NEO4J_PASSWORD
"""

import asyncio
import os
import signal
import sys
from typing import Any

from prometheus_client import CollectorRegistry

from graph.driver import Graph
from keyspace.client import connect
from services.events.connection import blocking
from services.events.consumer import Consumer
from services.events.limits import Limits
from services.events.metrics import EventMetrics
from services.events.post_events import PostCreated
from services.events.relay import Relay
from services.events.subscription import Subscription

LIMITS = Limits(attempts=3, reclaim_after=1.0)


async def worker(url: str, name: str) -> None:
    """Note each post when it begins and when it is done; begin `hang` and never end it, die of `deadly`."""
    redis = connect(url, timeout=1.0, pool_size=4)

    async def handle(event: PostCreated) -> None:
        post = event.post_id
        await redis.rpush("began", f"{name} {post}")
        if post == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        if post == "hang" and name == "w1":
            await asyncio.Event().wait()
        await redis.rpush("done", post)

    consumer = Consumer(group="fanout", events={PostCreated}, handle=handle)
    async with blocking(redis) as reader:
        await Subscription(consumer, reader, name, LIMITS, EventMetrics.of(CollectorRegistry())).run()


class DyingGraph(Graph):
    """A graph whose reader is killed before it can write."""

    async def write(self, _name: str, /, **_: Any) -> Any:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)


async def relay(url: str, *neo4j: str) -> None:
    """Move events, and die before they are removed."""
    uri, user, password = neo4j
    redis = connect(url, timeout=1.0, pool_size=4)
    await Relay(DyingGraph.open(uri, user, password), redis, EventMetrics.of(CollectorRegistry())).run()


if __name__ == "__main__":
    mode, url, *rest = sys.argv[1:]
    asyncio.run(worker(url, *rest) if mode == "worker" else relay(url, *rest))
