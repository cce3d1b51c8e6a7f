"""The stream of events, which consumer groups read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

from keyspace import keys
from keyspace.client import Keyspace
from keyspace.errors import CommandRefused
from keyspace.keys import EVENTS
from keyspace.lease import Lease
from keyspace.lifetimes import spread
from keyspace.stream_entries import Fields, words_of

ONLY = b"only"
"""Field of a replayed entry: the one group that it is for."""
MARK_LIFE = 120
"""Seconds that an event counts as appended: longer than it takes the relay to remove it from the outbox."""
WAITING_MOST = 10_000
"""Events that may wait at the closed gate: some megabytes. One more leaves all to the relay, and begins anew."""
WAIT_LIFE = 60_000
"""Milliseconds that events wait at the closed gate at most: half of what a mark lives, and many times what a look takes."""
GATE = (keys.EVENTS_GATE, keys.EVENTS_BEHIND, keys.EVENTS_WAITING)
"""Keys of the gate, before the lease of the relay."""
NOTHING = b"0-0"
"""Id of the entry before the first."""
GATE_OPEN = 2_500
"""Milliseconds that the gate stays open after the relay last opened it, which it does every second."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a group has still to do, in entries: `pending` were delivered and not acknowledged, `lag` were not delivered."""

    pending: int
    lag: int


@dataclass(frozen=True, slots=True)
class EventStream:
    """The stream, and the gate that lets couriers append to it. Methods raise Unavailable while Redis does not answer.

    The gate is open only while a relay lives and all that was committed before is on the stream, as far as couriers told of
    it. So events that one person causes one after the other stand in this order, whoever appended them.
    """

    keyspace: Keyspace

    async def add(self, lease: Lease, events: Sequence[Fields], *, length: int) -> list[bool]:
        """Append events, each once, in one step, as the relay does. Return for each whether it was not there already.

        The stream keeps about `length` entries.

        Raises:
            LeaseLost: another is the relay now. Nothing was done.

        """
        return await self._add("relay", events, length, lease.token) or []

    async def hand_over(self, events: Sequence[Fields], *, length: int) -> bool:
        """Append events, each once, in one step, where the gate is open. Return whether it was.

        Else they wait there, unless they are too many or what waits is too old: then all of it is left to the relay.
        """
        return await self._add("courier", events, length) is not None

    async def leave_to_relay(self) -> None:
        """Let nobody pass the gate until the relay has moved what stands in the outbox now."""
        await self._add("behind", (), 0)

    async def behind(self) -> bytes:
        """Return who was behind last, for `open_gate`."""
        return await self.keyspace.command("GET", keys.EVENTS_BEHIND) or b""

    async def open_gate(self, lease: Lease, behind: bytes, *, length: int) -> bool:
        """Append what waits at the gate, and open it for a moment, unless somebody was behind since; return whether it is open.

        Raises:
            LeaseLost: another is the relay now. Nothing was done.

        """
        words = (length, spread(MARK_LIFE), lease.token, behind, GATE_OPEN, keys.appended(b""))
        return bool(await self.keyspace.script("events_open", *words, keys=[EVENTS, *GATE, lease.name]))

    async def close_gate(self, lease: Lease) -> None:
        """Let nobody pass the gate; what waits there is left to the relay.

        Raises:
            LeaseLost: another is the relay now. Nothing was done.

        """
        await self.keyspace.script("events_close", lease.token, token_hex(8), keys=[*GATE, lease.name])

    async def appended(self, ids: Sequence[str]) -> list[str]:
        """Return those of some events that were appended a short time ago."""
        if not ids:
            return []
        found = await self.keyspace.command("MGET", *(keys.appended(id_.encode()) for id_ in ids))
        return [id_ for id_, mark in zip(ids, found, strict=True) if mark == b"appended"]

    async def _add(self, who: str, events: Sequence[Fields], length: int, token: str = "") -> list[bool] | None:
        names: list[str | bytes] = [EVENTS, *GATE, keys.RELAY_LEASE]
        nudge = (keys.NUDGES, token_hex(8))
        words: list[str | bytes | int] = [length, spread(MARK_LIFE), who, token, *nudge, WAITING_MOST, WAIT_LIFE]
        for fields in events:
            names.append(keys.appended(fields[b"id"]))
            words += (2 * len(fields), *words_of(fields))
        answer = await self.keyspace.script("events_add", *words, keys=names)
        return None if answer is None else [bool(is_new) for is_new in answer]

    async def length(self) -> int:
        """Count the entries, acknowledged ones included."""
        return int(await self.keyspace.command("XLEN", EVENTS))

    async def last(self) -> bytes:
        """Return the id of the newest entry that there ever was; the id of nothing when there is no stream."""
        try:
            words = await self.keyspace.command("XINFO", "STREAM", EVENTS)
        except CommandRefused as error:
            if error.code != "ERR":  # which says here that there is no such stream
                raise
            return NOTHING
        return bytes(dict(zip(words[::2], words[1::2], strict=True))[b"last-generated-id"])

    async def has_handled(self, group: str, last: bytes) -> bool:
        """Return whether a group has done everything up to an entry; of no entry every group has, also one that is not there."""
        if last == NOTHING:
            return True
        try:
            found = await self.keyspace.command("XINFO", "GROUPS", EVENTS)
            groups = [dict(zip(words[::2], words[1::2], strict=True)) for words in found]
            mine = next((each for each in groups if each[b"name"] == group.encode()), None)
            if mine is None or _place(mine[b"last-delivered-id"]) < _place(last):
                return False
            pending, oldest, *_ = await self.keyspace.command("XPENDING", EVENTS, group)
        except CommandRefused:  # the stream or the group was lost meanwhile
            return False
        return not pending or _place(oldest) > _place(last)

    async def behind_by(self, group: str) -> int | None:
        """Count what a group has not done; None where Redis cannot tell, or there is no such group or stream."""
        try:
            found = await self.keyspace.command("XINFO", "GROUPS", EVENTS)
        except CommandRefused:
            return None
        groups = [dict(zip(words[::2], words[1::2], strict=True)) for words in found]
        mine = next((each for each in groups if each[b"name"] == group.encode()), None)
        return None if mine is None or mine[b"lag"] is None else mine[b"lag"] + mine[b"pending"]

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


def _place(entry: bytes) -> tuple[int, int]:
    """Return where an entry stands, by its id."""
    milliseconds, _, number = entry.partition(b"-")
    return int(milliseconds), int(number)
