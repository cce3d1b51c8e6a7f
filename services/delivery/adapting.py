"""Keeps the threshold at what load asks for: one worker at a time, under a lease, once a second."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

import structlog

from keyspace.fan_out_queue import FanOutQueue
from keyspace.lease import Lease
from services.delivery.adaptive import AdaptiveThreshold, LoadLimits
from services.delivery.control import DeliveryControls
from services.delivery.control_metrics import ControlMetrics
from services.delivery.pulled import PulledAuthors
from services.events.backoff import TROUBLE, Backoff

LOOK_EVERY = 1.0
"""Seconds between looks at the queue."""
READ_EVERY = 10.0
"""Seconds between looks at what is set, for the metrics of every worker: an operator may have pinned it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Adapting:
    """The control loop in one worker. What it decides stands in the graph, so whoever takes over goes on from there."""

    controls: DeliveryControls
    queue: FanOutQueue
    lease: Lease
    limits: LoadLimits
    pulled: PulledAuthors
    metrics: ControlMetrics

    async def run(self) -> None:
        """Work until cancelled. Redis and the graph may be away: then everything stays as it is."""
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._control(), name="threshold of delivery")
                loops.create_task(self._watch(), name="metrics of the threshold")
        finally:
            with contextlib.suppress(*TROUBLE):
                await self.lease.release()

    async def look(self, threshold: AdaptiveThreshold, at: float) -> None:
        """Look at the queue once, at a time in seconds, and write what that changes.

        Raises:
            Unavailable: Redis or the graph is away.

        """
        backlog = await self.queue.backlog()
        before = (threshold.threshold, threshold.shedding)
        if not threshold.observe(at, backlog.deliveries, backlog.overdue):
            return
        # At the highest the settings hold, so that a change of theirs takes effect.
        new = None if threshold.threshold == self.limits.highest else threshold.threshold
        self.metrics.show(await self.controls.adapt(new, shedding=threshold.shedding))
        lowered = (threshold.threshold, not threshold.shedding) < (before[0], not before[1])
        self.metrics.moved.labels("down" if lowered else "up").inc()
        log.info(
            "delivery_threshold_changed",
            threshold=threshold.threshold,
            shedding=threshold.shedding,
            before=before[0],
            why="busy" if lowered else "quiet",
            backlog=backlog.deliveries,
            overdue=round(backlog.overdue, 1),
            hold=threshold.hold,
        )

    async def _control(self) -> None:
        threshold: AdaptiveThreshold | None = None
        backoff = Backoff()
        while True:
            try:
                if not await self.lease.hold():
                    threshold = None
                else:
                    threshold = threshold or await self._resumed()
                    await self.look(threshold, time.monotonic())
                backoff.reset()
            except TROUBLE as error:
                threshold = None  # what was decided may not have been written
                log.warning("delivery_threshold_interrupted", error=type(error).__name__)
                await backoff.wait()
            await asyncio.sleep(LOOK_EVERY)

    async def _resumed(self) -> AdaptiveThreshold:
        control = await self.controls.read()
        return AdaptiveThreshold.resume(self.limits, control.threshold, shedding=control.shedding)

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(*TROUBLE):
                self.metrics.show(await self.controls.read())
                self.metrics.pulled.set(await self.pulled.count() or 0)
            await asyncio.sleep(READ_EVERY)

