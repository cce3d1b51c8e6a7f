"""Chunks of tasks: each is pushed, noted and measured in one round trip."""

import time
from dataclasses import dataclass

from keyspace import keys
from keyspace.fan_out_queue import KNOWN, Action, FanOutQueue, Fields
from services.delivery.metrics import DeliveryMetrics
from services.delivery.tasks import FanOutTask, Step


@dataclass(frozen=True, slots=True)
class Chunks:
    """The one way in which tasks deliver."""

    queue: FanOutQueue
    metrics: DeliveryMetrics

    async def note(
        self, task: FanOutTask, viewers: bytes, fields: Fields, *, left: int, then: int | str, wait: int = 0, counted: bool = True
    ) -> bool:
        """Push to packed viewers, or remove from their lists, as `FanOutQueue.chunk` does; return whether to go on at once.

        Viewers to whom the task comes again are not `counted`.
        """
        began = time.perf_counter()
        action: Action = "remove" if task.step is Step.REMOVE else "push"
        count = len(viewers) // keys.PACKED_VIEWER if counted else 0
        noted = await self.queue.chunk(task.claimed, action, viewers, {task.step: count}, fields, left=left, then=then, wait=wait)
        self.metrics.chunk.observe(time.perf_counter() - began)
        if noted != KNOWN:
            self.metrics.delivered.labels(action).inc(count)
        return noted == 1
