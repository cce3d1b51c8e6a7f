"""Chunks of tasks: each is pushed, noted and measured in one round trip."""

import time
from dataclasses import dataclass

from keyspace import keys
from keyspace.fan_out_queue import Action, FanOutQueue, Fields
from services.delivery.metrics import DeliveryMetrics
from services.delivery.tasks import FanOutTask, Step


@dataclass(frozen=True, slots=True)
class Chunks:
    """The one way in which tasks deliver."""

    queue: FanOutQueue
    metrics: DeliveryMetrics

    async def note(self, task: FanOutTask, viewers: bytes, fields: Fields, *, left: int, then: int | str, wait: int = 0) -> bool:
        """Push to packed viewers, or remove from their lists, as `FanOutQueue.chunk` does; return whether to go on at once."""
        began = time.perf_counter()
        action: Action = "remove" if task.step is Step.REMOVE else "push"
        noted = await self.queue.chunk(task.claimed, action, viewers, task.step, fields, left=left, then=then, wait=wait)
        self.metrics.chunk.observe(time.perf_counter() - began)
        self.metrics.delivered.labels(action).inc(len(viewers) // keys.PACKED_VIEWER)
        return noted == 1
