"""Sessions of people: one hash for each person, so that a cluster keeps it beside their other keys, and a field for each session.

A record begins with what scripts change, in a form that they read as well. Of a refresh token it has only how many came before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Self

from graph.ids import pack, unpack
from keyspace import keys
from keyspace.client import Keyspace, ScriptCall

CHECK = "session_check"
"""Name of the round trip that asks whether a session stands."""
_HEAD = Struct("<I7d16s")
"""As `_session.lua` reads it: the generation, seven times, and the id of the person."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session. Times are in milliseconds since 1970 UTC.

    Attributes:
        user_id: Whose it is.
        generation: How often its refresh token was made; the last one is good.
        replaced_at: When the one before it was used.
        created_at: When somebody signed in.
        ends_at: When it ends in any case.
        idle_ends_at: When it ends unless it is refreshed before.
        seen_at: When it was used last, to the minute.
        authenticated_at: When the person proved last who they are.
        factor_at: When they did so by a second factor or a passkey; 0 for never.
        device: What the device is called.
        network: The network of the address from which somebody signed in.

    """

    user_id: str
    generation: int
    replaced_at: int
    created_at: int
    ends_at: int
    idle_ends_at: int
    seen_at: int
    authenticated_at: int
    factor_at: int
    device: str
    network: str

    @property
    def expires_at(self) -> int:
        """When it ends unless it is refreshed before, at the latest in any case."""
        return min(self.ends_at, self.idle_ends_at)

    def packed(self) -> bytes:
        """Return the form in which it is stored."""
        times = (self.replaced_at, self.created_at, self.ends_at, self.idle_ends_at, self.seen_at, self.authenticated_at)
        head = _HEAD.pack(self.generation, *times, self.factor_at, pack(self.user_id))
        return head + f"{self.device}\0{self.network}".encode()

    @classmethod
    def unpacked(cls, stored: bytes) -> Self:
        """Read what is stored."""
        generation, *times, user_id = _HEAD.unpack_from(stored)
        replaced_at, created_at, ends_at, idle_ends_at, seen_at, authenticated_at, factor_at = map(int, times)
        device, _, network = stored[_HEAD.size :].decode().partition("\0")
        return cls(
            user_id=unpack(user_id),
            generation=generation,
            replaced_at=replaced_at,
            created_at=created_at,
            ends_at=ends_at,
            idle_ends_at=idle_ends_at,
            seen_at=seen_at,
            authenticated_at=authenticated_at,
            factor_at=factor_at,
            device=device,
            network=network,
        )


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Which session: the small integer key of the person, and the id of the session."""

    person: int
    id: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A session whose refresh token was used; `reused` where it was used too late, which has ended the session."""

    record: SessionRecord
    reused: bool


@dataclass(frozen=True, slots=True)
class SessionStore:
    """Sessions as they are stored. Methods raise Unavailable while Redis does not answer."""

    keyspace: Keyspace

    async def start(self, session: SessionKey, record: SessionRecord, most: int) -> list[str]:
        """Store a new session. Return the ids of those that go for it, so that there are no more than `most`."""
        words = (pack(session.id), record.packed(), record.created_at, most)
        return _ids(await self.keyspace.script("session_start", *words, keys=[keys.sessions(session.person)]))

    async def stands(self, session: SessionKey) -> bool:
        """Return whether a session is there. An access token ends before its session does, so nothing else need be looked at."""
        return (await self.stand([session]))[0]

    async def stand(self, sessions: Sequence[SessionKey]) -> list[bool]:
        """Return of each session whether it is there, in one round trip."""
        asked = [("HEXISTS", keys.sessions(each.person), pack(each.id)) for each in sessions]
        return [bool(found) for found in await self.keyspace.commands(CHECK, asked)]

    async def one(self, session: SessionKey) -> SessionRecord | None:
        """Return a session, None where there is no such one."""
        found = await self.keyspace.command("HGET", keys.sessions(session.person), pack(session.id))
        return None if found is None else SessionRecord.unpacked(found)

    async def all(self, person: int) -> Mapping[str, SessionRecord]:
        """Return every session of a person by its id, those that have ended among them."""
        found = await self.keyspace.command("HGETALL", keys.sessions(person))
        return {unpack(id_): SessionRecord.unpacked(record) for id_, record in zip(found[::2], found[1::2], strict=True)}

    async def refresh(self, session: SessionKey, generation: int, now: int, grace: int, idle: int) -> Refreshed | None:
        """Let a session go on by the refresh token of this generation; None where there is no such session any more.

        `grace` and `idle` are in milliseconds: how long the token before is answered as well, and when a session ends that nobody
        refreshes.
        """
        words = (pack(session.id), generation, now, grace, idle)
        found = await self.keyspace.script("session_refresh", *words, keys=[keys.sessions(session.person)])
        return None if found is None else Refreshed(SessionRecord.unpacked(found[1]), found[0] == b"reused")

    async def note_seen(self, seen: Mapping[SessionKey, int]) -> None:
        """Note when sessions were seen, in one round trip. Those that are gone stay so."""
        calls = [
            ScriptCall("session_note", [keys.sessions(session.person)], [pack(session.id), at, 0, 0])
            for session, at in seen.items()
        ]
        await self.keyspace.run_scripts("session_note", calls)

    async def note_authenticated(self, session: SessionKey, at: int, *, by_factor: bool) -> bool:
        """Note that the person has just proved who they are, perhaps by a second factor; return whether the session stands."""
        words = (pack(session.id), at, at, at if by_factor else 0)
        return bool(await self.keyspace.script("session_note", *words, keys=[keys.sessions(session.person)]))

    async def note_factor(self, session: SessionKey, at: int) -> None:
        """Note that the person has just proved a second factor."""
        await self.keyspace.script("session_note", pack(session.id), at, 0, at, keys=[keys.sessions(session.person)])

    async def end(self, session: SessionKey) -> bool:
        """End a session; return whether it was there."""
        return bool(await self.keyspace.command("HDEL", keys.sessions(session.person), pack(session.id)))

    async def end_others(self, person: int, spared: str | None, latest: int | None) -> list[str]:
        """End the sessions of a person but for the one with the id `spared`; where `latest` is given, those started until then.

        Return their ids.
        """
        but, until = b"" if spared is None else pack(spared), b"" if latest is None else str(latest)
        return _ids(await self.keyspace.script("session_end_others", but, until, keys=[keys.sessions(person)]))


def _ids(found: Sequence[bytes]) -> list[str]:
    return [unpack(each) for each in found]
