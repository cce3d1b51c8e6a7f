"""The live stream: what open subscriptions may need, for the hub of each web process and for clients that come back."""

import secrets
from collections.abc import Collection, Mapping, Sequence
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
COUNTED_EACH = 1_000
"""Most posts of an entry that tells counts: 37 KB."""
COUNTED_ENTRIES = 100
"""Most such entries made at once: of far more posts than can be liked in a second. What is left comes a second later."""
COUNTED_RETAINED = 1_000
"""Most such entries that are retained, about: 37 MB."""
COUNTED_LIFE = 60_000
"""Milliseconds for which they are retained: whoever reads them is seldom a second behind, and notices when it missed some."""
COUNTED_PAUSE = 1_000
"""Milliseconds between two times that they are made, so that nobody is told of a post more often."""
COUNTED_READ = 10
"""Most of them read at once."""
NOTHING = "0-0"
"""Stands before the first entry of a stream."""


@dataclass(frozen=True, slots=True)
class CountedPosts:
    """Posts whose counts changed: an entry of the stream that tells these. `after` is the id of the entry before it."""

    id: str
    after: str
    posts: Sequence[str]


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
        names = [*STREAM, lease.name, keys.LIVE_COUNTS_WAITING, *map(keys.announced, events)]
        arguments = [lease.token, _new_epoch(), *bounds, len(counted), *counted, *words]
        await self.keyspace.script("live_announce", *arguments, keys=names)

    async def tell_counts(self) -> int:
        """Tell hubs which posts were counted since that was last told, unless it was a moment ago; return how many they are.

        Raises:
            CommandRefused: Redis is full.

        """
        names = [keys.LIVE_COUNTS, keys.LIVE_COUNTS_WAITING, keys.LIVE_COUNTS_PAUSE]
        bounds = (COUNTED_EACH, COUNTED_ENTRIES, COUNTED_RETAINED, COUNTED_LIFE, COUNTED_PAUSE)
        return int(await self.keyspace.script("live_tell_counts", *bounds, keys=names))

    async def newest_counted(self) -> str:
        """Return the id of the newest entry that tells counts, or `NOTHING`."""
        found = entries_of(await self.keyspace.command("XREVRANGE", keys.LIVE_COUNTS, "+", "-", "COUNT", 1))
        return found[0].id.decode() if found else NOTHING

    async def begin(self) -> tuple[str, str]:
        """Return the epoch and the id of the newest entry; a stream that has none gets an entry that tells nothing.

        Raises:
            CommandRefused: Redis is full.

        """
        epoch, newest = await self.keyspace.script("live_begin", _new_epoch(), keys=STREAM)
        return epoch.decode(), newest.decode()

    async def newest(self, last: str, count: int) -> list[StreamEntry]:
        """Return up to `count` entries, the newest of those up to an id, in their order."""
        return entries_of(await self.keyspace.command("XREVRANGE", keys.LIVE, last, "-", "COUNT", count))[::-1]

    async def wait(self, after: str, counted_after: str, milliseconds: int) -> list[CountedPosts]:
        """Wait until there is an entry after an id, or counts are told after another, at most so long; return the latter."""
        ids = (keys.LIVE, keys.LIVE_COUNTS, after, counted_after)
        streams = await self.blocking.command("XREAD", "COUNT", COUNTED_READ, "BLOCK", milliseconds, "STREAMS", *ids)
        found = (entry for name, some in streams or () if name == keys.LIVE_COUNTS.encode() for entry in entries_of(some))
        return [
            CountedPosts(entry.id.decode(), entry.fields[b"after"].decode(), entry.fields[b"posts"].decode().split())
            for entry in found
        ]

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
