"""`rookery dead-letters`: list, replay and drop events that failed in every attempt."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from rich.table import Table

from commands.console import console, results
from keyspace.client import Keyspace
from keyspace.dead_letters import NEWEST, DeadLetters
from keyspace.roles import Role
from services.settings import Settings


async def list_all(settings: Settings, before: str | None, limit: int) -> None:
    """Print a table of dead letters, newest first; `before` is the id to continue below."""
    table = Table("id", "group", "event", "error", "payload")
    async with _dead_letters(settings) as letters:
        found = await letters.page(before=before or NEWEST, limit=limit)
    for letter in found:
        table.add_row(letter.id, letter.group, letter.type, letter.error, letter.payload)
    results.print(table if found else "There are no dead letters.")


async def replay_all(settings: Settings, ids: Sequence[str]) -> None:
    """Replay the given dead letters, or all when there are no ids."""
    async with _dead_letters(settings) as letters:
        done = sum([await letters.replay(id_) for id_ in ids]) if ids else await letters.replay_all()
    console.print(f"{done} replayed.")


async def drop(settings: Settings, ids: Sequence[str]) -> None:
    """Delete the given dead letters."""
    async with _dead_letters(settings) as letters:
        done = await letters.drop(*ids)
    console.print(f"{done} dropped.")


@asynccontextmanager
async def _dead_letters(settings: Settings) -> AsyncIterator[DeadLetters]:
    keyspace = Keyspace.open(settings.redis_urls[Role.STREAMS], timeout=settings.redis_timeout)
    try:
        yield DeadLetters(keyspace)
    finally:
        await keyspace.close()
