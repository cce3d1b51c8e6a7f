"""Removal of what an import makes stale, also where it was killed: it writes without events.

The node of an import is marked in the transactions that write, and the mark goes when caches were dropped after the last of them.
"""

from dataclasses import dataclass

from errors import Unavailable
from keyspace.analytics_notes import AnalyticsNotes
from keyspace.dropping import invalidate_imported
from keyspace.roles import Role
from keyspace.servers import RedisServers
from services.events.command_writer import CommandWriter


@dataclass(frozen=True, slots=True)
class StaleCaches:
    """What is cached of the graph before imports."""

    writer: CommandWriter
    redis: RedisServers

    async def drop(self) -> None:
        """Drop it. While the graph is away, the marks stay, and a worker drops it again.

        Of what was written, nothing was noted for the analysts' copy, so that is written anew.

        Raises:
            Unavailable: a Redis does not answer; some may be left.

        """
        try:
            imports = await self.writer.graph.read("world/stale_imports")
        except Unavailable:
            imports = []
        await invalidate_imported(self.redis)
        await AnalyticsNotes(self.redis.of(Role.STREAMS)).lose()
        if imports:
            await self.writer.write("world/imports_dropped", imports=imports)

    async def drop_left(self) -> bool:
        """Drop it where an import was killed before it did, and return whether it was.

        Raises:
            Unavailable: the graph or a Redis does not answer; the next run does it.

        """
        left = bool(await self.writer.graph.read("world/stale_imports"))
        if left:
            await self.drop()
        return left
