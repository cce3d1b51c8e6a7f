"""`rookery caches drop`: forgets all that is cached."""

from commands.console import console
from keyspace.analytics_notes import AnalyticsNotes
from keyspace.dropping import drop_caches
from keyspace.roles import Role
from parts import open_parts
from services.settings import Settings


async def drop(settings: Settings) -> None:
    """Remove all timelines and cached rows. The graph may be another one, so the analysts' copy is written anew as well.

    Raises:
        Unavailable: Redis is away.

    """
    async with open_parts(settings) as parts:
        await drop_caches(parts.redis)
        await AnalyticsNotes(parts.redis.of(Role.STREAMS)).lose()
    console.print("All timelines and cached rows are dropped. They are built anew as they are read.")
