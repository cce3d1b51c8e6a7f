"""Cached rows and fields in Redis, never older than the last change.

A reader that misses leaves a lease in the place, or gets the lease that stands there already, and may fill the place only while
that lease stands. A change removes what stands there, lease or value. So a reader that read the graph before the change cannot
fill after it.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import orjson

from errors import Unavailable
from graph.ids import PACKED_SIZE, pack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.decode_cache import DecodeCache
from keyspace.pipelined import Command

V = TypeVar("V")
Values = Sequence[Any]
"""A row as a statement returns it, so that a row from Redis and a row from the graph are built the same way."""
Leases = Mapping[str, bytes]
"""The lease on each id that was not cached."""

_LEASE = ord("?")
"""First byte of a lease: no JSON row begins with it, no field, and no packed id before the year 4165."""
_NONE = b"-"
"""Negative entry: a missing row costs the same as a hidden one, so timing reveals nothing."""
_PROCESS = os.urandom(8)
_COUNTER = itertools.count()


def new_token() -> bytes:
    """Return a token for the leases of one lookup.

    No token comes twice. A change removes a lease; if the same lease came back, an old reader could fill in what is stale.
    """
    return _PROCESS + next(_COUNTER).to_bytes(6, "big")


@dataclass(frozen=True, slots=True)
class Lookup(Generic[V]):
    """What is cached, by id, and the leases on the rest. While Redis is down, both are empty."""

    found: Mapping[str, V] = field(default_factory=dict)
    leases: Leases = field(default_factory=dict)

    @classmethod
    def of(cls, ids: Sequence[str], answers: Sequence[bytes], decode: Callable[[bytes], V]) -> "Lookup[V]":
        """Sort the answers for ids into values and leases."""
        found, leases = {}, {}
        for id_, answer in zip(ids, answers, strict=True):
            if answer[0] == _LEASE:
                leases[id_] = answer
            else:
                found[id_] = decode(answer)
        return cls(found, leases)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cached row: the prefix of its keys, and the index of the value that scripts must find as a packed id, if any."""

    prefix: bytes
    leading: int | None = None

    def key(self, id_: str) -> bytes:
        """Return the key of a row."""
        return self.prefix + pack(id_)

    def encode(self, values: Values | None) -> bytes:
        """Return the bytes of a row; None is a row that does not exist."""
        if values is None:
            return _NONE
        lead = b"" if self.leading is None else pack(values[self.leading])
        return lead + orjson.dumps(values)

    def decode(self, found: bytes) -> Any:
        """Return the values of a row, None for one that does not exist."""
        if found == _NONE:
            return None
        return orjson.loads(found if self.leading is None else found[PACKED_SIZE:])


@dataclass(frozen=True, slots=True)
class MutedTopicsKind(Kind):
    """The kind of the one row that holds what a viewer mutes. Its key ends in the hash tag of the `viewer`, whatever the id."""

    prefix: bytes = keys.MUTED_TOPICS
    viewer: int = field(kw_only=True)

    def key(self, id_: str) -> bytes:  # noqa: ARG002 - a viewer has one row
        """Return the key of the row."""
        return keys.muted_topics(self.viewer)


POSTS = Kind(keys.POST, leading=1)
POST_COUNTS = Kind(keys.POST_COUNTS)
USERS = Kind(keys.USER)
USER_COUNTS = Kind(keys.USER_COUNTS)
MEDIA = Kind(keys.MEDIA)


@dataclass(frozen=True, slots=True)
class RowCache:
    """Rows by id, and fields of a viewer's hashes by id. While Redis is down nothing is found and nothing is filled.

    `life` is in seconds; `decoded` is how many decoded rows or fields of a kind this process keeps.
    """

    keyspace: Keyspace
    life: int
    decoded: int = 4_096
    _decoders: dict[type, DecodeCache[Any]] = field(default_factory=dict, repr=False)

    def decoder(self, of: type, decode: Callable[[bytes], V]) -> DecodeCache[V]:
        """Return the decoder for a class: the same one at each call, so that operations share what it keeps."""
        decoder = self._decoders.get(of)
        if decoder is None:
            decoder = self._decoders[of] = DecodeCache(decode, self.decoded)
        return decoder

    async def rows(self, kind: Kind, ids: Sequence[str], decode: Callable[[bytes], Any] | None = None) -> Lookup[Any]:
        """Look rows up by id, as lists of values where no `decode` is given; one round trip."""
        names = [kind.key(id_) for id_ in ids]
        return await self._lookup("lease_rows", names, (), ids, kind.decode if decode is None else decode)

    async def fields(self, hash_: str, ids: Sequence[str], decode: Callable[[bytes], V]) -> Lookup[V]:
        """Look fields of a hash up by id; one round trip."""
        return await self._lookup("lease_fields", (hash_,), (self.life, *map(pack, ids)), ids, decode)

    async def fill_rows(self, kind: Kind, rows: Mapping[str, Values | None], leases: Leases) -> None:
        """Store rows by id, None for no row, where the lease still stands; one round trip."""
        leased = [(id_, row) for id_, row in rows.items() if id_ in leases]
        words = [word for id_, row in leased for word in (leases[id_], kind.encode(row))]
        await self._fill("fill_rows", [kind.key(id_) for id_, _ in leased], [self.life, *words])

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
        commands: list[Command] = [("HDEL", hash_, pack(id_)) for hash_, id_ in fields]
        if names := [kind.key(id_) for kind, id_ in rows]:
            commands.append(("UNLINK", *names))
        await self.keyspace.commands("invalidate", commands)

    async def _lookup(
        self,
        script: str,
        names: Sequence[bytes | str],
        words: Sequence[bytes | int],
        ids: Sequence[str],
        decode: Callable[[bytes], V],
    ) -> Lookup[V]:
        if not ids:
            return Lookup()
        try:
            answers = await self.keyspace.script(script, new_token(), *words, keys=names)
        except Unavailable:
            return Lookup()
        return Lookup.of(ids, answers, decode)

    async def _fill(self, script: str, names: Sequence[bytes | str], words: Sequence[bytes | int]) -> None:
        if not names:
            return
        try:
            await self.keyspace.script(script, *words, keys=names)
        except Unavailable:
            return
