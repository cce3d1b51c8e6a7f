"""The live stream: what open subscriptions may need, for the hub of each web process and for clients that come back."""

from collections.abc import Mapping
from dataclasses import dataclass

from keyspace import keys
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.lease import Lease
from keyspace.lifetimes import spread
from keyspace.stream_entries import Fields, StreamEntry, entries_of, words_of

MARK_LIFE = 3_600
"""Seconds that an event counts as announced: longer than a worker that died with it, or failed with it, may take."""


@dataclass(frozen=True, slots=True)
class LiveStream:
    """The stream. The id of an entry is the place that cursors of clients name.

    Methods raise Unavailable while Redis does not answer.
    """

    keyspace: Keyspace
    blocking: BlockingConnections

    async def announce(self, events: Mapping[str, Fields], *, lease: Lease, length: int) -> None:
        """Append events by their ids, in this order and in one step; those that were announced before are passed over.

        The stream keeps about `length` entries.

        Raises:
            LeaseLost: this worker does not hold the lease any more. Nothing was appended.

        """
        words: list[bytes | int] = []
        for fields in events.values():
            words += (2 * len(fields), *words_of(fields))
        names = [keys.LIVE, lease.name, *map(keys.announced, events)]
        await self.keyspace.script("live_announce", lease.token, length, spread(MARK_LIFE), *words, keys=names)

    async def newest(self) -> str | None:
        """Return the id of the newest entry; None when the stream is empty."""
        found = entries_of(await self.keyspace.command("XREVRANGE", keys.LIVE, "+", "-", "COUNT", 1))
        return found[0].id.decode() if found else None

    async def wait(self, after: str | None, milliseconds: int) -> None:
        """Wait until there is an entry after an id (None: any entry), at most so long."""
        await self.blocking.command(
            "XREAD", "COUNT", 1, "BLOCK", milliseconds, "STREAMS", keys.LIVE, after or "0-0"
        )

    async def since(self, start: str | None, count: int) -> list[StreamEntry]:
        """Return up to `count` entries from an id on (None: from the oldest), the one with this id first if it is still there.

        Raises:
            CommandRefused: it is not the id of an entry.

        """
        return entries_of(await self.keyspace.command("XRANGE", keys.LIVE, start or "-", "+", "COUNT", count))
