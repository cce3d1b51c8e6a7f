"""Carries out the tasks of fan-out: the smallest first, a chunk at a time, in every worker."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import structlog

from keyspace.dead_letters import ERROR_LENGTH, DeadLetters
from keyspace.fan_out_queue import KNOWN, Claimed, FanOutQueue
from keyspace.stream_entries import StreamEntry
from services.delivery.metrics import DeliveryMetrics
from services.delivery.tasks import TIERS, FanOutTask, Step
from services.delivery.tiers import Tiers
from services.delivery.walking import Walk
from services.events.backoff import TROUBLE, Backoff, is_outage, jittered
from services.events.retry_policy import OUTAGE_PAUSE, RetryPolicy

GROUP = "fan-out"
"""Group of events whose handlers make tasks. The dead letter of a task is the event that made it; replayed, the task goes on."""
TICK = 0.25
"""Seconds between looks for tasks that another process made."""
AT_ONCE = 2
"""Tasks that a worker carries out at once: while one reads from the graph, the other pushes."""
LOOK_EVERY = 1.0
"""Seconds between looks at what waits, for the metrics."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FanOutRunner:
    """The tasks in one worker. `enqueued` is set when this process made one."""

    queue: FanOutQueue
    walk: Walk
    tiers: Tiers
    letters: DeadLetters
    policy: RetryPolicy
    metrics: DeliveryMetrics
    enqueued: asyncio.Event

    async def run(self) -> None:
        """Work until cancelled, and leave unfinished tasks to others. Redis and the graph may be away."""
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._watch(), name="metrics of delivery")
                for number in range(AT_ONCE):
                    loops.create_task(self._work(), name=f"fan-out {number}")
        finally:
            await self.tiers.close()
            await self.walk.close()

    async def carry(self, claimed: Claimed) -> None:
        """Carry on a task until it is done, waits, or is another worker's. What fails is put off, or set aside in the end.

        Raises:
            Unavailable: Redis is away. Another worker has the task when the claim has ended.

        """
        task = FanOutTask.of(claimed)
        if "failed" in claimed.plan:  # whoever noted it did not come to its end
            await self._set_aside(task, task.attempts, claimed.plan["error"])
            return
        if task.attempts >= self.policy.attempts:
            await self._set_aside(task, task.attempts, "WorkerLost: no chunk was finished")
            return
        try:
            await (self.tiers if task.step in TIERS else self.walk)(task)
        except asyncio.CancelledError:
            with contextlib.suppress(*TROUBLE):
                await self.queue.put_off(task.claimed, pause=0)
            raise
        except Exception as error:  # noqa: BLE001  # whatever a step raises is a failed attempt
            await self._failed(task, error)

    async def _work(self) -> None:
        backoff = Backoff()
        while True:
            try:
                self.enqueued.clear()  # before looking: a task that is made meanwhile leads to another look
                found = await self.queue.claim()
                if isinstance(found, Claimed):
                    await self.carry(found)
                else:
                    await self._wait(TICK if found is None else min(TICK, found))
                backoff.reset()
            except TROUBLE as error:
                log.warning("fan_out_interrupted", error=type(error).__name__)
                await backoff.wait()

    async def _wait(self, seconds: float) -> None:
        """Wait for a task of this process, or for the next look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.enqueued.wait()

    async def _failed(self, task: FanOutTask, error: Exception) -> None:
        """Let a task wait for its next attempt, or set it aside."""
        failed = not is_outage(error)  # an outage is not the task's fault
        attempts = await self.queue.attempts(task.claimed) + failed
        log.warning("fan_out_failed", post=task.post, step=task.step, attempts=attempts, error=type(error).__name__)
        if not failed:
            await self.queue.put_off(task.claimed, pause=jittered(OUTAGE_PAUSE))
        elif attempts < self.policy.attempts:
            await self.queue.put_off(task.claimed, pause=jittered(self.policy.pause_after(attempts)), failed=True)
        else:
            await self._set_aside(task, attempts, f"{type(error).__name__}: {error}")

    async def _set_aside(self, task: FanOutTask, attempts: int, error: str) -> None:
        """Note that a task failed, add its dead letter, and let go of it. Whoever dies in between is followed by another.

        The letter comes after the note, so that replaying it at once finds what failed, and goes on with it.
        """
        times = await self.queue.fail(task.claimed, attempts, error[:ERROR_LENGTH])
        if times == KNOWN:
            return
        if task.step is not Step.SETTLE:  # that begins again by itself
            entry = StreamEntry(b"", _event(task.claimed.plan["event"]), attempts)
            once = f"{task.post}:{task.step}:{task.claimed.plan['incarnation']}:{times}"
            await self.letters.add(GROUP, entry, error, once=once)
        await self.queue.set_aside(task.claimed)
        self.metrics.set_aside.inc()
        log.error("fan_out_set_aside", post=task.post, step=task.step, error=error.split(":", maxsplit=1)[0])

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(*TROUBLE):
                await self.metrics.look(self.queue)
            await asyncio.sleep(LOOK_EVERY)


def _event(text: str) -> Mapping[bytes, bytes]:
    """Return the fields of the event that a plan keeps."""
    return {name.encode(): value.encode() for name, value in orjson.loads(text).items()}
