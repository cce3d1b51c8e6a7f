"""The stream of events, which consumer groups read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keyspace.client import Keyspace
from keyspace.errors import CommandRefused
from keyspace.keys import EVENTS
from keyspace.stream_entries import Fields, words_of

ONLY = b"only"
"""Field of a replayed entry: the one group that it is for."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a group has still to do, in entries: `pending` were delivered and not acknowledged, `lag` were not delivered."""

    pending: int
    lag: int


@dataclass(frozen=True, slots=True)
class EventStream:
    """The stream as a whole. Methods raise Unavailable while Redis does not answer."""

    keyspace: Keyspace

    async def add(self, events: Sequence[Fields], *, length: int) -> None:
        """Append events in one round trip; the stream keeps about `length` entries. Where it fails, some may have been added."""
        await self.keyspace.commands(
            "events_add", [("XADD", EVENTS, "MAXLEN", "~", length, "*", *words_of(fields)) for fields in events]
        )

    async def length(self) -> int:
        """Count the entries, acknowledged ones included."""
        return int(await self.keyspace.command("XLEN", EVENTS))

    async def backlogs(self) -> Mapping[str, Backlog]:
        """Return what each group has still to do; nothing when there is no stream."""
        try:
            found = await self.keyspace.command("XINFO", "GROUPS", EVENTS)
        except CommandRefused as error:
            if error.code != "ERR":  # which says here that there is no such stream
                raise
            return {}
        groups = [dict(zip(words[::2], words[1::2], strict=True)) for words in found]
        # Redis cannot tell the lag (nil) after entries were deleted by hand; then only what is pending counts.
        return {group[b"name"].decode(): Backlog(group[b"pending"], group[b"lag"] or 0) for group in groups}
