"""Cached rows and fields in Redis, never older than the last change.

A reader that misses leaves a lease in the place, or gets the lease that stands there already, and may fill the place only while
that lease stands. A change removes what stands there, lease or value. So a reader that read the graph before the change cannot
fill after it.

A row that soon expires is marked by one reader, who refreshes it behind the answer, and stores it only while that mark stands.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import random
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import orjson

from errors import Unavailable
from graph.ids import PACKED_SIZE, pack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.decode_cache import DecodeCache
from keyspace.flights import Flights
from keyspace.lease_tokens import TOKEN_SIZE, new_token, of_another_process
from keyspace.lifetimes import EarlyRefresh, spread
from keyspace.pipelined import Command

V = TypeVar("V")
Values = Sequence[Any]
"""A row as a statement returns it, so that a row from Redis and a row from the graph are built the same way."""
Leases = Mapping[str, bytes]
"""The lease on each id that was not cached, or the mark by which a row is refreshed: whoever has it may fill while it stands."""

_LEASE = ord("?")
"""First byte of a lease: no JSON row begins with it, no field, and no packed id before the year 4165."""
_NONE = b"-"
"""Negative entry: a missing row costs the same as a hidden one, so timing reveals nothing. No packed id begins so before 3537."""
_REFRESHING = b"\xff" * 4
"""Last bytes of the mark of a row that is refreshed; the token of who does it stands before them."""
_EXPIRY = 4
"""Bytes behind each row: the second at which it expires. A mark stands behind them."""
_MARK = TOKEN_SIZE + len(_REFRESHING)

LOOKS, PAUSE = 3, 0.01
"""How often a process looks again for a row that another one loads, and the seconds before each look."""


@dataclass(frozen=True, slots=True)
class Lookup(Generic[V]):
    """What is cached, by id, the leases on the rest, and the marks on what is to be refreshed; nothing while Redis is down."""

    found: Mapping[str, V] = field(default_factory=dict)
    leases: Leases = field(default_factory=dict)
    marks: Leases = field(default_factory=dict)

    @classmethod
    def of(
        cls, ids: Sequence[str], answers: Sequence[bytes], decode: Callable[[bytes], V], marks: Leases = MappingProxyType({})
    ) -> "Lookup[V]":
        """Sort the answers for ids into values and leases."""
        leases = {id_: answer for id_, answer in zip(ids, answers, strict=True) if answer[0] == _LEASE}
        found = {id_: decode(answer) for id_, answer in zip(ids, answers, strict=True) if answer[0] != _LEASE}
        return cls(found, leases, marks)


def without_end(found: bytes) -> bytes:
    """Return the bytes of a row without what stands behind it in Redis: when it expires, and who refreshes it."""
    return found[: -(_EXPIRY + _MARK) if found.endswith(_REFRESHING) else -_EXPIRY]


def is_lease(found: bytes) -> bool:
    """Return whether an answer is a lease, so that the place is empty."""
    return found[0] == _LEASE


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cached row: the prefix of its keys, and the indexes of the values that scripts must find as packed ids, if any.

    `life` is for rows that may be older than the last change: the most seconds that they live. None is the life of the cache.
    """

    prefix: bytes
    leading: tuple[int, ...] = ()
    life: int | None = None

    def key(self, id_: str) -> bytes:
        """Return the key of a row."""
        return self.prefix + pack(id_)

    def life_of(self, values: Values | None) -> int | None:  # noqa: ARG002 - some kinds keep their negative entries shorter
        """Return the most seconds that a row lives, None for the life of the cache."""
        return self.life

    def encode(self, values: Values | None) -> bytes:
        """Return the bytes of a row without its end; None is a row that does not exist."""
        if values is None:
            return _NONE
        return b"".join(pack(values[index]) for index in self.leading) + orjson.dumps(values)

    def decode(self, found: bytes) -> Any:
        """Return the values of a row as it stands in Redis, None for one that does not exist."""
        return self.values(without_end(found))

    def values(self, encoded: bytes) -> Any:
        """Return the values of a row without its end: the reverse of `encode`."""
        return None if encoded == _NONE else orjson.loads(encoded[PACKED_SIZE * len(self.leading) :])


@dataclass(frozen=True, slots=True)
class MutedTopicsKind(Kind):
    """The kind of the one row that holds what a viewer mutes. Its key ends in the hash tag of the `viewer`, whatever the id."""

    prefix: bytes = keys.MUTED_TOPICS
    viewer: int = field(kw_only=True)

    def key(self, id_: str) -> bytes:  # noqa: ARG002 - a viewer has one row
        """Return the key of the row."""
        return keys.muted_topics(self.viewer)


POSTS = Kind(keys.POST, leading=(1,))
REPOSTS = Kind(keys.REPOST, leading=(1, 2))
POST_COUNTS = Kind(keys.POST_COUNTS)
USERS = Kind(keys.USER)
USER_COUNTS = Kind(keys.USER_COUNTS)
MEDIA = Kind(keys.MEDIA)
ROLES = Kind(keys.ROLES)
PERSONAL_TOKENS = Kind(keys.PERSONAL_TOKEN)


def marks_of(chosen: Sequence[bytes], kind: Kind, ids: Iterable[str]) -> Leases:
    """Return the mark on each of the ids whose row is to be refreshed. A script answers the mark, and behind it keys of rows."""
    if not chosen:
        return {}
    mark, *names = chosen
    return {id_: mark for id_ in ids if kind.key(id_) in names}


@dataclass(frozen=True, slots=True)
class RowCache:
    """Rows by id, and fields of a viewer's hashes by id. While Redis is down nothing is found and nothing is filled.

    `life` is in seconds, and spread; `decoded` is how many decoded rows or fields of a kind this process keeps. `timelines` is
    the Redis of timelines where that is another one.
    """

    keyspace: Keyspace
    life: int
    decoded: int = 4_096
    early: EarlyRefresh = field(default_factory=EarlyRefresh)
    flights: Flights = field(default_factory=Flights, repr=False)
    timelines: Keyspace | None = None
    _decoders: dict[type, DecodeCache[Any]] = field(default_factory=dict, repr=False)

    def decoder(self, of: type, decode: Callable[[bytes], V], most: int | None = None) -> DecodeCache[V]:
        """Return the decoder for a class: always the same one, so that operations share what it keeps, at most twice `most`."""
        decoder = self._decoders.get(of)
        if decoder is None:
            size = self.decoded if most is None else min(self.decoded, most)
            decoder = self._decoders[of] = DecodeCache(decode, size)
        return decoder

    def ahead(self) -> int:
        """Draw for one lookup how many seconds before their end rows are refreshed by it; 0 for none."""
        return 0 if self.flights.busy else self.early.ahead(random())  # noqa: S311 - it spreads load, and guards nothing

    async def rows(self, kind: Kind, ids: Sequence[str], decode: Callable[[bytes], Any] | None = None) -> Lookup[Any]:
        """Look rows up by id, as lists of values where no `decode` is given; one round trip."""
        ahead = self.ahead() if kind.life is None else 0  # one reader is not many: a row of their own just ends
        answer = await self._look("lease_rows", [kind.key(id_) for id_ in ids], ahead) if ids else None
        if answer is None:
            return Lookup()
        return Lookup.of(ids, answer[0], kind.decode if decode is None else decode, marks_of(answer[1], kind, ids))

    async def rows_of_others(self, kind: Kind, ids: Sequence[str], leases: Leases, decode: Callable[[bytes], Any]) -> Lookup[Any]:
        """Look again, a few times, for rows that other processes load, and return what was found and the leases on the rest.

        A process that leaves a lease need not load the row, so the wait is short.
        """
        found: dict[str, Any] = {}
        leases, waiting = dict(leases), [id_ for id_ in ids if _of_another(leases.get(id_))]
        for _ in range(LOOKS):
            if not waiting:
                break
            await asyncio.sleep(PAUSE)
            lookup = await self.rows(kind, waiting, decode)
            found |= lookup.found
            leases |= lookup.leases
            waiting = [id_ for id_ in waiting if _of_another(lookup.leases.get(id_))]
        return Lookup(found, leases)

    async def fields(self, hash_: str, ids: Sequence[str], decode: Callable[[bytes], V]) -> Lookup[V]:
        """Look fields of a hash up by id; one round trip."""
        answers = await self._look("lease_fields", (hash_,), spread(self.life), *map(pack, ids)) if ids else None
        return Lookup() if answers is None else Lookup.of(ids, answers, decode)

    async def fill_rows(self, kind: Kind, rows: Mapping[str, Values | None], leases: Leases) -> None:
        """Store rows by id, None for no row, where the lease or mark still stands; one round trip."""
        leased = [(id_, row) for id_, row in rows.items() if id_ in leases]
        words = [word for id_, row in leased for word in (leases[id_], kind.life_of(row) or spread(self.life), kind.encode(row))]
        await self._fill("fill_rows", [kind.key(id_) for id_, _ in leased], words)

    async def fill_fields(self, hash_: str, fields: Mapping[str, bytes], leases: Leases) -> None:
        """Store fields of a hash by id where the lease still stands; one round trip."""
        leased = [(id_, value) for id_, value in fields.items() if id_ in leases]
        words = [word for id_, value in leased for word in (pack(id_), leases[id_], value)]
        await self._fill("fill_fields", (hash_,) if words else (), words)

    async def invalidate(self, rows: Iterable[tuple[Kind, str]], fields: Iterable[tuple[str, str]] = ()) -> None:
        """Remove stale rows, as kind and id, and stale fields, as hash and id; one round trip.

        Raises:
            Unavailable: Redis does not answer, so stale rows may stand there; an event repeats this when Redis is back.

        """
        names, fields = [kind.key(id_) for kind, id_ in rows], list(fields)
        self.flights.forget(names)
        self.flights.forget(field_name(hash_, id_) for hash_, id_ in fields)
        commands: list[Command] = [("HDEL", hash_, pack(id_)) for hash_, id_ in fields]
        if names:
            commands.append(("UNLINK", *names))
        await self.keyspace.commands("invalidate", commands)

    async def _look(self, script: str, names: Sequence[bytes | str], *words: bytes | int) -> Any:
        """Run a script that leases what is missing; None while Redis is down."""
        try:
            return await self.keyspace.script(script, new_token(), *words, keys=names)
        except Unavailable:
            return None

    async def _fill(self, script: str, names: Sequence[bytes | str], words: Sequence[bytes | int]) -> None:
        if not names:
            return
        try:
            await self.keyspace.script(script, *words, keys=names)
        except Unavailable:
            return


def field_name(hash_: str, id_: str) -> bytes:
    """Name a field of a hash, as the key of a row names a row: for loads in flight."""
    return hash_.encode() + pack(id_)


def _of_another(lease: bytes | None) -> bool:
    """Return whether another process may be loading what stands under a lease."""
    return lease is not None and of_another_process(lease)
