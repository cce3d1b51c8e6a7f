"""The engine of events: the relay and every consumer, running together until they are told to stop."""

import asyncio
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from graph.driver import Graph
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.consumer_group import ConsumerGroup
from keyspace.dead_letters import DeadLetters
from keyspace.event_stream import EventStream
from keyspace.ordered_group import OrderedGroup
from services.events.backoff import TROUBLE
from services.events.consumer import Consumer
from services.events.metrics import EventMetrics
from services.events.ordered_subscription import OrderedSubscription
from services.events.relay import Relay, RelayOptions
from services.events.retry_policy import RetryPolicy
from services.events.subscription import Subscription

LOOK_EVERY = 10.0
"""Seconds between looks at what waits, for the metrics."""

log = structlog.get_logger()


def worker_name() -> str:
    """Return a name for this worker that no other has: a restarted process is another worker."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class EventEngine:
    """Moves events and has them handled. `blocking` connects to the same Redis as `keyspace`."""

    graph: Graph
    keyspace: Keyspace
    blocking: BlockingConnections
    metrics: EventMetrics
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    relaying: RelayOptions = field(default_factory=RelayOptions)

    async def run(self, consumers: Sequence[Consumer[Any]], name: str) -> None:
        """Work under a name of `worker_name` until cancelled.

        A graph or a Redis that is down, at the start too, is waited for. Cancelled, it reads nothing more, gives the calls that
        have begun `policy.grace` seconds, and leaves the rest to the next worker.
        """
        groups = [consumer.group for consumer in consumers]
        log.info("worker_started", worker=name, groups=groups)
        relay = Relay(self.graph, self.keyspace, self.blocking, self.metrics, groups=groups, options=self.relaying)
        async with asyncio.TaskGroup() as parts:
            parts.create_task(relay.run(), name="relay")
            parts.create_task(self._watch(), name="metrics of events")
            for consumer in consumers:
                parts.create_task(self._subscription(consumer, name).run(), name=f"consumer {consumer.group}")

    def _subscription(self, consumer: Consumer[Any], name: str) -> Subscription | OrderedSubscription:
        group = ConsumerGroup(self.keyspace, self.blocking, consumer.group, name)
        if consumer.lease is None:
            return Subscription(consumer, group, self.policy, self.metrics)
        return OrderedSubscription(consumer, OrderedGroup(group, consumer.lease), self.policy, self.metrics)

    async def _watch(self) -> None:
        """Keep the gauges fresh."""
        events, letters = EventStream(self.keyspace), DeadLetters(self.keyspace)
        while True:
            try:
                await self.metrics.look(self.graph, events, letters)
            except TROUBLE as error:
                log.warning("event_metrics_stale", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)
