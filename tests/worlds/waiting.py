"""Waiting for what another task brings about."""

import asyncio
from collections.abc import Awaitable, Callable

from errors import Unavailable
from keyspace.client import Keyspace

LOOK_EVERY = 0.005
PATIENT = {"neo4j_read_timeout": 30.0, "neo4j_write_timeout": 30.0, "neo4j_acquire_timeout": 10.0}
"""Settings for a machine that is busy with other things, where planning a statement for the first time takes seconds."""


async def until(condition: Callable[[], object | Awaitable[object]], seconds: float = 10.0) -> None:
    """Wait for a condition, plain or awaitable, until a deadline in seconds."""
    async with asyncio.timeout(seconds):
        while True:
            met = condition()
            if await met if isinstance(met, Awaitable) else met:
                return
            await asyncio.sleep(LOOK_EVERY)


async def answers(keyspace: Keyspace) -> None:
    """Wait until a process uses Redis again, after it found it down."""

    async def asked() -> bool:
        try:
            await keyspace.ping()
        except Unavailable:
            return False
        return True

    await until(asked)
