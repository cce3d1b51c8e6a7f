"""What a group was given and has not answered for, in the list that Redis keeps: a memory that outlives a worker."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redis.asyncio import Redis

from keyspace.keys import EVENTS
from services.events.stream import Entry, entries_of

FORGOTTEN_AFTER = 3_600_000
"""Milliseconds after which the name of a worker that is gone, and owes nothing, is removed from a group."""

_FORGET = """
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    local name, pending, idle = consumer[2], consumer[4], consumer[6]
    if pending == 0 and (name == ARGV[2] or idle > tonumber(ARGV[3])) then
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
    end
end
"""
"""In one step, because removing a name removes what it was given a moment before."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The pending list of a group, seen by one worker."""

    redis: Redis
    group: str
    worker: str

    async def read(self, count: int, block: int) -> list[Entry]:
        """Wait up to `block` milliseconds for new entries and take at most `count`."""
        answer = await self.redis.xreadgroup(self.group, self.worker, {EVENTS: ">"}, count=count, block=block)
        return [entry for found in _streams(answer) for entry in entries_of(found)]

    async def answer(self, ids: Sequence[bytes]) -> None:
        """Strike entries off the list: they are done."""
        await self.redis.xack(EVENTS, self.group, *ids)

    async def renew(self, ids: Sequence[bytes], *, idle: int = 0) -> None:
        """Say that these are in work, so that nobody else takes them; their deliveries are not counted up.

        With `idle` milliseconds, say instead that they have not been in work for so long, so that somebody takes them.
        """
        await self.redis.xclaim(EVENTS, self.group, self.worker, 0, list(ids), idle=idle, justid=True)

    async def again(self, entry: Entry) -> Entry | None:
        """Take an entry that failed here again, with its number of deliveries; None when it is not pending any more."""
        found = await self.redis.xclaim(
            EVENTS, self.group, self.worker, 0, [entry.id], idle=0, retrycount=entry.deliveries
        )
        return entry if entries_of(found) else None

    async def abandoned(self, idle: int, count: int, *, known: Collection[bytes]) -> list[Entry]:
        """Take entries that nobody renewed for `idle` milliseconds, except the known ones, which are in work here.

        Those of another worker are there because it died; our own because the answer to a read was lost on its way.
        """
        waiting: list[dict[str, Any]] = await self.redis.xpending_range(
            EVENTS, self.group, min="-", max="+", count=count, idle=idle
        )
        deliveries = {row["message_id"]: row["times_delivered"] for row in waiting if row["message_id"] not in known}
        if not deliveries:
            return []
        # Redis checks the idle time again, so of two workers that want an entry only the first gets it.
        taken = await self.redis.xclaim(EVENTS, self.group, self.worker, idle, list(deliveries))
        return [replace(entry, deliveries=deliveries[entry.id] + 1) for entry in entries_of(taken)]

    async def forget_workers(self) -> None:
        """Remove this worker's name and those of workers long gone, where nothing is owed."""
        await self.redis.eval(_FORGET, 1, EVENTS, self.group, self.worker, FORGOTTEN_AFTER)


def _streams(answer: Any) -> list[Any]:
    """Give the entries of each stream in the answer to a read, which is a list of pairs, or a mapping in RESP3."""
    return list(answer.values()) if isinstance(answer, dict) else [entries for _, entries in answer or ()]
