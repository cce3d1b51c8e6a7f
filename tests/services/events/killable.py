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
from keyspace.client import Keyspace
from keyspace.consumer_group import ConsumerGroup
from services.events.consumer import Consumer
from services.events.metrics import EventMetrics
from services.events.post_events import PostCreated
from services.events.relay import Relay
from services.events.retry_policy import RetryPolicy
from services.events.subscription import Subscription

POLICY = RetryPolicy(attempts=3, reclaim_after=1.0)


async def worker(url: str, name: str) -> None:
    """Note each post when it begins and when it is done; begin `hang` and never end it, die of `deadly`."""
    keyspace = Keyspace.open(url)

    async def handle(event: PostCreated) -> None:
        post = event.post_id
        await keyspace.command("RPUSH", "began", f"{name} {post}")
        if post == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        if post == "hang" and name == "w1":
            await asyncio.Event().wait()
        await keyspace.command("RPUSH", "done", post)

    consumer = Consumer(group="fanout", events={PostCreated}, handle=handle)
    group = ConsumerGroup(keyspace, keyspace.blocking(), consumer.group, name)
    await Subscription(consumer, group, POLICY, EventMetrics.of(CollectorRegistry())).run()


class DyingGraph(Graph):
    """A graph whose reader is killed before it can write."""

    async def write(self, _name: str, /, **_: Any) -> Any:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)


async def relay(url: str, *neo4j: str) -> None:
    """Move events, and die before they are removed."""
    uri, user, password = neo4j
    keyspace = Keyspace.open(url)
    await Relay(DyingGraph.open(uri, user, password), keyspace, keyspace.blocking(), EventMetrics.of(CollectorRegistry())).run()


if __name__ == "__main__":
    mode, url, *rest = sys.argv[1:]
    asyncio.run(worker(url, *rest) if mode == "worker" else relay(url, *rest))
