"""`rookery dead-letters`: events that kept failing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from rich.table import Table

from commands.console import console
from keyspace.client import Keyspace
from services.events import dead_letters
from services.settings import Settings


async def list_all(settings: Settings, before: str | None, limit: int) -> None:
    """Print a table of them."""
    table = Table("id", "group", "event", "error", "payload")
    async with _redis(settings) as redis:
        found = await dead_letters.dead_letters(redis, before=before or dead_letters.NEWEST, limit=limit)
    for letter in found:
        table.add_row(letter.id, letter.group, letter.type, letter.error, letter.payload)
    console.print(table if found else "There are none.")


async def replay_all(settings: Settings, ids: Sequence[str]) -> None:
    """Replay some, or all."""
    async with _redis(settings) as redis:
        done = sum([await dead_letters.replay(redis, id_) for id_ in ids]) if ids else await dead_letters.replay_all(redis)
    console.print(f"{done} replayed.")


async def drop_all(settings: Settings, ids: Sequence[str]) -> None:
    """Forget some."""
    async with _redis(settings) as redis:
        done = await dead_letters.drop(redis, *ids)
    console.print(f"{done} dropped.")


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncIterator[Redis]:
    keyspace = Keyspace.open(settings.redis_url.get_secret_value(), timeout=settings.redis_timeout)
    try:
        yield keyspace.redis
    finally:
        await keyspace.close()
