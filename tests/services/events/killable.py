"""A process to be killed: a worker that writes down what it handles, one that announces, or a relay that dies after writing.

python -m tests.services.events.killable worker REDIS_URL NAME
python -m tests.services.events.killable announcer REDIS_URL NAME
python -m tests.services.events.killable relay REDIS_URL NEO4J_URL NEO4J_USER NEO4J_PASSWORD
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from graph.driver import Graph
from keyspace.client import Keyspace
from keyspace.consumer_group import ConsumerGroup
from keyspace.keys import ANNOUNCER_LEASE
from keyspace.lease import Lease
from keyspace.live_stream import LiveStream
from keyspace.ordered_group import OrderedGroup
from services.events.consumer import Consumer
from services.events.event import Event
from services.events.metrics import EventMetrics
from services.events.ordered_subscription import OrderedSubscription
from services.events.post_events import PostCreated
from services.events.relay import Relay
from services.events.retry_policy import RetryPolicy
from services.events.subscription import Subscription
from services.live.announcer import Announcer
from tests.worlds.waiting import until

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


async def announcer(url: str, name: str) -> None:
    """Announce posts in order; before `hang`, w1 waits until it is released; before `deadly`, die."""
    keyspace = Keyspace.open(url)
    lease, blocking = Lease(keyspace, ANNOUNCER_LEASE, life=1.0), keyspace.blocking()

    async def invalidate(events: Sequence[Event]) -> None:
        posts = [event.post_id for event in events if isinstance(event, PostCreated)]
        await keyspace.command("RPUSH", "began", f"{name} {' '.join(posts)}")
        if "deadly" in posts:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hang" in posts and name == "w1":
            await until(lambda: keyspace.command("EXISTS", "released"), 60)

    announce = Announcer(LiveStream(keyspace, blocking), lease, 1_000, invalidate)
    consumer = Consumer(group="live", events={PostCreated}, handle_many=announce, lease=lease)
    group = OrderedGroup(ConsumerGroup(keyspace, blocking, consumer.group, name), lease)
    await OrderedSubscription(consumer, group, POLICY, EventMetrics.of(CollectorRegistry())).run()


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
    modes: dict[str, Callable[..., Coroutine[None, None, None]]] = {"worker": worker, "announcer": announcer, "relay": relay}
    asyncio.run(modes[mode](url, *rest))
