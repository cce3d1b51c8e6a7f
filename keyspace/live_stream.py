"""The live stream: what open subscriptions may need, for the hub of each web process and for clients that come back."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from keyspace import keys
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.lease import Lease
from keyspace.lifetimes import spread
from keyspace.stream_entries import Fields, StreamEntry, entries_of, words_of

MARK_LIFE = 3_600
"""Seconds that an event counts as announced: longer than a worker that died with it, or failed with it, may take."""
DAY = 86_400.0
"""Seconds."""
STREAM = (keys.LIVE, keys.EPOCH)
COUNTS = b"counts"
"""Type of the entries that tell posts whose counts changed."""
COUNTS_MOST = 1_000
"""Most posts of such an entry; what is left comes with the next."""
COUNTS_PAUSE = 1_000
"""Milliseconds between such entries, so that nobody is told of a post more often."""


@dataclass(frozen=True, slots=True)
class LiveStream:
    """The stream. The id of an entry is its place, within an epoch.

    An epoch is the token that the Redis of streams holds. It is made with the stream and lost with it, so places of a stream that
    was lost are never taken for places of the next.

    Methods raise Unavailable while Redis does not answer.
    """

    keyspace: Keyspace
    blocking: BlockingConnections

    async def announce(
        self, events: Mapping[str, Fields], counted: Collection[str] = (), *, lease: Lease, length: int, life: float = DAY
    ) -> None:
        """Append events by their ids, in this order and in one step; those that were announced before are passed over.

        The stream keeps about `length` entries, and those of the last `life` seconds among them. `counted` are posts whose counts
        changed, for `tell_counts`.

        Raises:
            LeaseLost: this worker does not hold the lease any more. Nothing was appended.

        """
        words: list[bytes | int] = []
        for fields in events.values():
            words += (2 * len(fields), *words_of(fields))
        bounds = (length, int(life * 1_000), spread(MARK_LIFE))
        names = [*STREAM, lease.name, keys.LIVE_COUNTS, *map(keys.announced, events)]
        arguments = [lease.token, _new_epoch(), *bounds, len(counted), *counted, *words]
        await self.keyspace.script("live_announce", *arguments, keys=names)

    async def tell_counts(self, length: int) -> int:
        """Append one entry that names posts whose counts changed, unless one was appended a moment ago; return how many it names.

        Raises:
            CommandRefused: Redis is full.

        """
        names = [*STREAM, keys.LIVE_COUNTS, keys.LIVE_COUNTS_PAUSE]
        bounds = (length, COUNTS_MOST, COUNTS_PAUSE)
        return int(await self.keyspace.script("live_tell_counts", _new_epoch(), *bounds, keys=names))

    async def begin(self) -> tuple[str, str]:
        """Return the epoch and the id of the newest entry; a stream that has none gets an entry that tells nothing.

        Raises:
            CommandRefused: Redis is full.

        """
        epoch, newest = await self.keyspace.script("live_begin", _new_epoch(), keys=STREAM)
        return epoch.decode(), newest.decode()

    async def wait(self, after: str, milliseconds: int) -> None:
        """Wait until there is an entry after an id, at most so long."""
        await self.blocking.command("XREAD", "COUNT", 1, "BLOCK", milliseconds, "STREAMS", keys.LIVE, after)

    async def since(self, start: str | None, count: int) -> tuple[str | None, list[StreamEntry]]:
        """Return the epoch, if there is one, and up to `count` entries.

        They begin with the one whose id is `start`, if it is still there, or with the oldest for None.

        Raises:
            CommandRefused: it is not the id of an entry.

        """
        epoch, found = await self.keyspace.script("live_since", start or "-", count, keys=STREAM)
        return epoch and epoch.decode(), entries_of(found)


def _new_epoch() -> str:
    return secrets.token_hex(8)
