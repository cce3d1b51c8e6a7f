"""Dead letters: events that kept failing for a group, set aside so that operators can read, replay or drop them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clock import moment
from keyspace.client import Keyspace
from keyspace.event_stream import ONLY
from keyspace.keys import DEAD, EVENTS, SET_ASIDE
from keyspace.stream_entries import Fields, StreamEntry, entries_of, words_of

LETTERS_MAX = 10_000
"""Dead letters in the stream, approximately; the oldest go first."""
MARK_LIFE = 86_400
"""Seconds for which it is known what was set aside by `add`: whoever is killed in between is followed by another within some."""
ERROR_LENGTH = 500
"""Characters of an error's text that are kept."""
PAGE = 100
"""Dead letters read at a time when all are replayed."""
NEWEST = "+"
"""Where the first page of a list begins."""

_OURS = frozenset({b"group", b"error", b"attempts"})


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that was set aside: for which group, why, after how many attempts. `fields` is the event as it was."""

    id: str
    group: str
    error: str
    attempts: int
    died_at: datetime
    fields: Mapping[bytes, bytes]

    @property
    def type(self) -> str:
        """Type of the event, empty when it has none."""
        return self.fields.get(b"type", b"").decode(errors="replace")

    @property
    def event_id(self) -> str:
        """Id of the event, empty when it has none."""
        return self.fields.get(b"id", b"").decode(errors="replace")

    @property
    def payload(self) -> str:
        """Payload of the event as text, JSON or not."""
        return self.fields.get(b"payload", b"").decode(errors="replace")


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """All dead letters. Methods raise Unavailable while Redis does not answer."""

    keyspace: Keyspace

    async def count(self) -> int:
        """Count them."""
        return int(await self.keyspace.command("XLEN", DEAD))

    async def page(self, *, before: str = NEWEST, limit: int = 50) -> list[DeadLetter]:
        """Return a page, newest first; the next page begins `before` the last id of this one."""
        newest = before if before == NEWEST else f"({before}"
        found = await self.keyspace.command("XREVRANGE", DEAD, newest, "-", "COUNT", limit)
        return [_letter(entry) for entry in entries_of(found)]

    async def add(self, group: str, entry: StreamEntry, error: str, *, once: str) -> None:
        """Set aside an event that a group has acknowledged already, but whose work kept failing; `once` names this end of it."""
        words = words_of(fields_of_letter(group, entry, error))
        names = [DEAD, SET_ASIDE + once]
        await self.keyspace.script("dead_letter_add", LETTERS_MAX, MARK_LIFE, *words, keys=names)

    async def replay(self, id_: str) -> bool:
        """Return an event to the group that failed with it, and to no other; False when there is no such letter."""
        found = entries_of(await self.keyspace.command("XRANGE", DEAD, id_, id_))
        return sum([await self._replay(entry) for entry in found]) > 0

    async def replay_all(self) -> int:
        """Return all dead events to their groups, oldest first, and return their number; those that die again stay dead."""
        last = next((letter.id for letter in await self.page(limit=1)), None)
        replayed = 0
        while last is not None:
            found = entries_of(await self.keyspace.command("XRANGE", DEAD, "-", last, "COUNT", PAGE))
            if not found:
                break
            replayed += sum([await self._replay(entry) for entry in found])
        return replayed

    async def drop(self, *ids: str) -> int:
        """Remove these letters, and count those that existed."""
        return int(await self.keyspace.command("XDEL", DEAD, *ids)) if ids else 0

    async def _replay(self, entry: StreamEntry) -> bool:
        letter = _letter(entry)
        fields = words_of({**letter.fields, ONLY: letter.group.encode()})
        return bool(await self.keyspace.script("dead_letter_replay", entry.id, *fields, keys=[DEAD, EVENTS]))


def fields_of_letter(group: str, entry: StreamEntry, error: str) -> Fields:
    """Return the fields of the letter for an entry that failed for a group."""
    return {
        **entry.fields,
        b"group": group.encode(),
        b"error": error[:ERROR_LENGTH].encode(errors="replace"),
        b"attempts": b"%d" % entry.deliveries,
    }


def _letter(entry: StreamEntry) -> DeadLetter:
    fields = entry.fields
    return DeadLetter(
        id=entry.id.decode(),
        group=fields[b"group"].decode(),
        error=fields[b"error"].decode(),
        attempts=int(fields[b"attempts"]),
        died_at=moment(int(entry.id.split(b"-")[0])),
        fields={name: value for name, value in fields.items() if name not in _OURS},
    )
