"""The live stream: what open subscriptions may need, for the hub of each web process and for clients that come back."""

from dataclasses import dataclass

from keyspace import keys
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.stream_entries import Fields, StreamEntry, entries_of, words_of

MARK_LIFE = 3_600
"""Seconds that an event counts as announced: longer than a worker that died with it, or failed with it, may take."""


@dataclass(frozen=True, slots=True)
class LiveStream:
    """The stream. The id of an entry is the cursor that clients come back with.

    Methods raise Unavailable while Redis does not answer.
    """

    keyspace: Keyspace
    blocking: BlockingConnections

    async def announce(self, event_id: str, fields: Fields, *, length: int) -> None:
        """Append an event, unless it was announced before; the stream keeps about `length` entries."""
        words = words_of(fields)
        await self.keyspace.script(
            "live_announce", length, MARK_LIFE, *words, keys=[keys.LIVE, keys.announced(event_id)]
        )

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
