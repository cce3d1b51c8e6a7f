"""A process to be killed: a worker for made authors, or the whole worker of the product, which kills itself after a step.

python -m tests.services.delivery.killable tasks REDIS_URL COUNTS CHUNK
python -m tests.services.delivery.killable whole AFTER STEP     with the settings in the environment
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

import orjson

from keyspace.client import Keyspace
from parts import open_parts
from services.settings import Settings
from tests.services.delivery.made import Made, MadeFollowers
from tests.worlds.working import working

CLAIM = 1_000
"""Milliseconds of a claim: others take over soon."""


async def tasks(url: str, counts: str, chunk: str) -> None:
    """Carry out tasks for authors with so many followers, by their keys."""
    followers = MadeFollowers({int(author): count for author, count in orjson.loads(counts).items()})
    made = Made(Keyspace.open(url), followers, int(chunk), CLAIM)
    await made.runner(made.fan_out()).run()


def deadly(after: str, step: str) -> Callable[[str, float], None]:
    """Return an observer that kills this process once a step is done, the first time after another one."""
    seen = not after

    def observe(name: str, _seconds: float) -> None:
        nonlocal seen
        if seen and name == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen = seen or name == after

    return observe


async def whole(after: str, step: str) -> None:
    """Do what the worker does, until it dies."""
    parts = open_parts(Settings())
    parts.keyspace.observe = deadly(after, step)
    object.__setattr__(parts.graph, "observe", parts.keyspace.observe)
    async with working(parts):
        await asyncio.Event().wait()


if __name__ == "__main__":
    mode, *words = sys.argv[1:]
    asyncio.run(tasks(*words) if mode == "tasks" else whole(*words))
