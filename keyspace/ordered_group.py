"""A consumer group that keeps the order of the stream: one worker at a time reads it, the one that holds a lease."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyspace.consumer_group import ConsumerGroup
from keyspace.keys import EVENTS
from keyspace.lease import Lease
from keyspace.stream_entries import StreamEntry, entries_of


@dataclass(frozen=True, slots=True)
class Taken:
    """The next entries of a group, and the last id of the stream when they were taken."""

    entries: Sequence[StreamEntry]
    last: str


@dataclass(frozen=True, slots=True)
class OrderedGroup:
    """A group, and the lease that the worker must hold to read it.

    Methods raise Unavailable while Redis does not answer, and GroupLost where the group is gone.
    """

    group: ConsumerGroup
    lease: Lease

    async def take(self, count: int, done: Sequence[bytes], *, counted: bool) -> Taken:
        """Acknowledge what is done, then take what comes next in the stream, in one step: nothing when all is taken.

        What was taken before and not acknowledged, here or by another worker, comes first, one entry at a time; `counted` says
        whether that is one more delivery. After it come up to `count` new entries at a time.

        Raises:
            LeaseLost: this worker does not hold the lease. What is done was acknowledged.

        """
        deliveries, found, last = await self.group.keyspace.script(
            "ordered_take",
            self.lease.token,
            self.group.name,
            self.group.worker,
            count,
            int(counted),
            *done,
            keys=[EVENTS, self.lease.name],
        )
        return Taken([StreamEntry(entry.id, entry.fields, deliveries) for entry in entries_of(found)], last.decode())

    async def wait(self, after: str, block: int) -> None:
        """Wait until the stream has an entry after an id, at most so many milliseconds."""
        await self.group.blocking.command("XREAD", "COUNT", 1, "BLOCK", block, "STREAMS", EVENTS, after)
