"""The stream of events, which consumer groups read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

from keyspace import keys
from keyspace.client import Keyspace
from keyspace.errors import CommandRefused
from keyspace.keys import EVENTS
from keyspace.lifetimes import spread
from keyspace.stream_entries import Fields, words_of

ONLY = b"only"
"""Field of a replayed entry: the one group that it is for."""
MARK_LIFE = 600
"""Seconds that an event counts as appended: longer than it takes the relay to remove it from the outbox, if there is one."""
GATE_OPEN = 2_500
"""Milliseconds that the gate stays open after the relay last opened it, which it does every second."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a group has still to do, in entries: `pending` were delivered and not acknowledged, `lag` were not delivered."""

    pending: int
    lag: int


@dataclass(frozen=True, slots=True)
class EventStream:
    """The stream as a whole, and the gate that lets couriers append to it. Methods raise Unavailable while Redis does not answer.

    The gate is open only while a relay lives and everything that was committed before is on the stream, so that events which one
    person causes one after the other stand in this order, whoever appended them.
    """

    keyspace: Keyspace

    async def add(self, events: Sequence[Fields], *, length: int) -> list[bool]:
        """Append events, each once, in one step, as the relay does. Return for each whether it was not there already.

        The stream keeps about `length` entries.
        """
        return await self._add("relay", events, length) or []

    async def hand_over(self, events: Sequence[Fields], *, length: int) -> bool:
        """Append events, each once, in one step, where the gate is open; return whether it was."""
        return await self._add("courier", events, length) is not None

    async def leave_to_relay(self) -> None:
        """Close the gate until the relay has moved what stands in the outbox now."""
        await self._add("behind", (), 0)

    async def left_to_relay(self) -> bytes:
        """Return who left something to the relay last, for `open_gate`."""
        return await self.keyspace.command("GET", keys.EVENTS_LEFT) or b""

    async def open_gate(self, left: bytes) -> bool:
        """Let couriers append for a moment, where nothing was left to the relay since; return whether that is so."""
        names = [keys.EVENTS_GATE, keys.EVENTS_LEFT]
        return bool(await self.keyspace.script("events_open", left, GATE_OPEN, keys=names))

    async def close_gate(self) -> None:
        """Let nobody but the relay append."""
        await self.keyspace.command("DEL", keys.EVENTS_GATE)

    async def _add(self, who: str, events: Sequence[Fields], length: int) -> list[bool] | None:
        names: list[str | bytes] = [EVENTS, keys.EVENTS_GATE, keys.EVENTS_LEFT]
        words: list[str | bytes | int] = [length, spread(MARK_LIFE), who, keys.NUDGES, token_hex(8)]
        for fields in events:
            names.append(keys.appended(fields[b"id"]))
            words += (2 * len(fields), *words_of(fields))
        answer = await self.keyspace.script("events_add", *words, keys=names)
        return None if answer is None else [bool(is_new) for is_new in answer]

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
