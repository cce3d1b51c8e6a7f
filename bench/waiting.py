"""Waits for what other processes do."""

import asyncio
from collections.abc import Awaitable, Callable

from keyspace import keys
from parts import Parts

LOOK_EVERY = 0.05
"""Seconds between looks."""
PATIENCE = 300.0
"""Seconds after which it will not come about."""


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for other processes to bring something about."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(LOOK_EVERY)


async def is_delivered(parts: Parts) -> bool:
    """Return whether every event is handled, and nothing is left of fan-out but spread tiers, and no task is late."""
    if await parts.graph.read("outbox/depth"):
        return False
    groups = [dict(zip(row[::2], row[1::2], strict=True)) for row in await parts.keyspace.command("XINFO", "GROUPS", keys.EVENTS)]
    backlog = await parts.delivery.queue.backlog()
    return all(not group[b"pending"] and not group[b"lag"] for group in groups) and not backlog.deliveries and not backlog.overdue
