"""Writes to the graph when people last read: hourly, since pages note it in Redis alone. Restores what Redis lost of it."""

from dataclasses import dataclass

from clock import now_ms
from keyspace.activity import MINUTE, SHARD, Activity
from services.events.command_writer import CommandWriter

BATCH = 1_000
"""People of one transaction: it takes some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class LastActive:
    """The activity of everybody, in the graph. `life` is the seconds for which Redis keeps it."""

    writer: CommandWriter
    activity: Activity
    life: int

    async def write(self) -> int:
        """Write who has read since the last time, and return how many.

        Raises:
            Unavailable: Redis or the graph is away; the next run writes what is left.

        """
        since, now = await self.activity.written(), await self.activity.minute()
        last = await self.writer.graph.read("users/last_key") or 0
        written = 0
        for number in range(last // SHARD + 1):
            minutes = (await self.activity.shards([number]))[number]
            rows = [
                [number * SHARD + place, minute * MINUTE] for place, minute in enumerate(minutes) if minute >= since and minute
            ]
            for start in range(0, len(rows), BATCH):
                written += await self.writer.write("users/last_active", rows=rows[start : start + BATCH])
        await self.activity.note_written(now)
        return written

    async def restore(self, number: int) -> None:
        """Put into a shard what the graph knows of its people, where Redis knows nothing newer: one statement.

        Raises:
            Unavailable: Redis or the graph is away.

        """
        first, since = number * SHARD, now_ms() - 1_000 * self.life
        rows = await self.writer.graph.read("users/last_read", first=first, end=first + SHARD, since=since)
        await self.activity.restore(number, {viewer: at // MINUTE for viewer, at in rows}, self.life)
