"""A consumer group on the stream of events.

Redis keeps what a group was given and has not acknowledged, so a worker may die at any point.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.dead_letters import LETTERS_MAX, fields_of_letter
from keyspace.errors import CommandRefused
from keyspace.keys import DEAD, EVENTS
from keyspace.stream_entries import StreamEntry, entries_of, words_of

IDLE_WORKER = 3_600_000
"""Milliseconds without a sign of life after which a worker that owes nothing is removed from a group."""


@dataclass(frozen=True, slots=True)
class ConsumerGroup:
    """The group `name`, as `worker` uses it.

    Methods raise Unavailable while Redis does not answer, and GroupLost where the group is gone: then `create` makes it again.
    """

    keyspace: Keyspace
    blocking: BlockingConnections
    name: str
    worker: str

    async def create(self) -> None:
        """Create the group, unless it exists, at the beginning of the stream: it misses nothing that is older than itself."""
        try:
            await self.keyspace.command("XGROUP", "CREATE", EVENTS, self.name, 0, "MKSTREAM")
        except CommandRefused as error:
            if error.code != "BUSYGROUP":
                raise

    async def read(self, count: int, block: int) -> list[StreamEntry]:
        """Wait up to `block` milliseconds for new entries and take at most `count`."""
        streams = await self.blocking.command(
            "XREADGROUP", "GROUP", self.name, self.worker, "COUNT", count, "BLOCK", block, "STREAMS", EVENTS, ">"
        )
        return [entry for _, found in streams or () for entry in entries_of(found)]

    async def acknowledge(self, ids: Sequence[bytes]) -> None:
        """Remove entries from the pending list: they are done."""
        await self.keyspace.command("XACK", EVENTS, self.name, *ids)

    async def renew(self, ids: Sequence[bytes], *, idle: int = 0) -> None:
        """Show that entries are in work here, so that no other worker claims them; this counts no delivery.

        With `idle` milliseconds, say that they have not been in work for so long, so that another worker claims them.
        """
        await self.keyspace.command("XCLAIM", EVENTS, self.name, self.worker, 0, *ids, "IDLE", idle, "JUSTID")

    async def claim(self, entry: StreamEntry) -> bool:
        """Claim an entry that failed here, with its number of deliveries; False when it is not pending any more."""
        found = await self.keyspace.command(
            "XCLAIM", EVENTS, self.name, self.worker, 0, entry.id, "IDLE", 0, "RETRYCOUNT", entry.deliveries
        )
        return bool(found)

    async def claim_abandoned(self, idle: int, count: int, *, known: Collection[bytes]) -> list[StreamEntry]:
        """Claim entries that nobody renewed for `idle` milliseconds, except the `known` ones, which are in work here.

        Another worker left some because it died; we left some if the reply to a read was lost on its way.
        """
        pending = await self.keyspace.command("XPENDING", EVENTS, self.name, "IDLE", idle, "-", "+", count)
        deliveries = {id_: delivered for id_, _worker, _idle, delivered in pending if id_ not in known}
        if not deliveries:
            return []
        # Redis checks the idle time again, so of two workers that want an entry only the first gets it.
        claimed = await self.keyspace.command("XCLAIM", EVENTS, self.name, self.worker, idle, *deliveries)
        return [replace(entry, deliveries=deliveries[entry.id] + 1) for entry in entries_of(claimed)]

    async def dead_letter(self, entry: StreamEntry, error: str) -> None:
        """Move a pending entry to the dead letters: in one step, so that it is in exactly one of both places."""
        fields = words_of(fields_of_letter(self.name, entry, error))
        await self.keyspace.script("dead_letter", self.name, entry.id, LETTERS_MAX, *fields, keys=[EVENTS, DEAD])

    async def forget_workers(self) -> None:
        """Remove this worker, and those idle for long, from the group where they owe nothing."""
        await self.keyspace.script("group_forget", self.name, self.worker, IDLE_WORKER, keys=[EVENTS])
