"""Work that is done every so often by one of the workers, such as sweeping up abandoned uploads; carried by pydocket.

Tried on Redis 7.0: once each interval across workers; goes on after a worker was killed, after Redis was restarted
with or without its data, and after FLUSHALL (see `docs/decisions/events.md`).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from docket import Docket, Perpetual, Worker

from keyspace.keys import PERIODIC

RETAKE_AFTER = timedelta(seconds=15)
"""After this long without a sign of life from a worker, another runs what it was running. Running work shows signs of
life, so this does not limit it; it is what a run waits for that was cut by a restart of Redis or by a kill."""
RECONNECT_AFTER = timedelta(seconds=2)
"""Pause before docket connects again."""
LOOK_EVERY = timedelta(seconds=1)
"""How often docket looks for what is due: periodic work here is counted in minutes."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something to do every so many seconds. It must bear to be cut short and run again."""

    seconds: float
    name: str
    run: Callable[[], Awaitable[object]]


def every(seconds: float, name: str, run: Callable[[], Awaitable[object]]) -> Periodic:
    """Register work; an error is logged by docket and the next turn comes all the same."""
    return Periodic(seconds, name, run)


async def run(url: str, works: Sequence[Periodic], *, name: str) -> None:
    """Do periodic work as one of the workers, under its `name`, until cancelled. Redis may be away, at the start too."""
    async with Docket(name=PERIODIC, url=url) as docket:
        for work in works:
            docket.register(_task(work))
        async with Worker(
            docket,
            name=name,
            redelivery_timeout=RETAKE_AFTER,
            reconnection_delay=RECONNECT_AFTER,
            minimum_check_interval=LOOK_EVERY,
            scheduling_resolution=LOOK_EVERY,
        ) as worker:
            await worker.run_forever()


def _task(work: Periodic) -> Callable[..., Awaitable[None]]:
    """Return the function that docket calls; its default says when, its name is the key under which it runs once."""

    async def task(_: Perpetual = Perpetual(every=timedelta(seconds=work.seconds), automatic=True)) -> None:  # noqa: B008
        await work.run()

    task.__name__ = task.__qualname__ = work.name
    return task
