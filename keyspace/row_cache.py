"""Hot rows and facts in Redis, never older than the last change.

A reader that finds nothing leaves a lease in its place, or is given the one that stands there already, and may fill only
while that lease stands. A change removes what stands there, lease or value, so a reader that read the graph before the
change cannot fill after it.
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
"""A row as a query returns it, so that a row from Redis and one from the graph are built the same way."""
Leases = Mapping[str, bytes]
"""The lease on each id that was not hot."""

_LEASE = ord("?")
"""First byte of a lease: no row in JSON begins with it, no fact, and no id before the year 4165."""
_NONE = b"-"
"""Says that there is no such row, so that asking for it again costs what asking for a row costs that may not be seen."""
_PROCESS = os.urandom(8)
_COUNTER = itertools.count()


def new_token() -> bytes:
    """Give a token for the leases of one look: a lease that was removed must never be left again."""
    return _PROCESS + next(_COUNTER).to_bytes(6, "big")


@dataclass(frozen=True, slots=True)
class Look(Generic[V]):
    """What a look has found hot, by id, and the leases on the rest; with Redis down there are neither."""

    found: Mapping[str, V] = field(default_factory=dict)
    leases: Leases = field(default_factory=dict)

    @classmethod
    def of(cls, ids: Sequence[str], answers: Sequence[bytes], read: Callable[[bytes], V]) -> "Look[V]":
        """Read the answers for ids."""
        found, leases = {}, {}
        for id_, answer in zip(ids, answers, strict=True):
            if answer[0] == _LEASE:
                leases[id_] = answer
            else:
                found[id_] = read(answer)
        return cls(found, leases)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hot row: what its keys begin with, and which of its values is an id that scripts must find (or none)."""

    prefix: bytes
    leading: int | None = None

    def key(self, id_: str) -> bytes:
        """Name the key of a row."""
        return self.prefix + pack(id_)

    def encode(self, values: Values | None) -> bytes:
        """Give the bytes of a row, or of there being none."""
        if values is None:
            return _NONE
        lead = b"" if self.leading is None else pack(values[self.leading])
        return lead + orjson.dumps(values)

    def decode(self, found: bytes) -> Any:
        """Give the values of a row, None for one that is known not to exist."""
        if found == _NONE:
            return None
        return orjson.loads(found if self.leading is None else found[PACKED_SIZE:])


POSTS = Kind(keys.POST, leading=1)
POST_COUNTS = Kind(keys.POST_COUNTS)
USERS = Kind(keys.USER)
USER_COUNTS = Kind(keys.USER_COUNTS)
MEDIA = Kind(keys.PICTURE)
MUTED_TOPICS = Kind(keys.MUTED_TOPICS)


@dataclass(frozen=True, slots=True)
class RowCache:
    """What is hot. While Redis is down nothing is found and nothing is kept.

    `life` is in seconds; `remembered` is how many rows of a kind, or facts, this process keeps as it has read them.
    """

    keyspace: Keyspace
    life: int
    remembered: int = 4_096
    _readers: dict[type, DecodeCache[Any]] = field(default_factory=dict, repr=False)

    def reader(self, of: type, read: Callable[[bytes], V]) -> DecodeCache[V]:
        """Give what reads bytes for a class, of one class always the same, with all that it remembers."""
        reader = self._readers.get(of)
        if reader is None:
            reader = self._readers[of] = DecodeCache(read, self.remembered)
        return reader

    async def rows(self, kind: Kind, ids: Sequence[str], read: Callable[[bytes], Any] | None = None) -> Look[Any]:
        """Look for the row of each id, or for its values where nothing is given to read them; one round trip."""
        return await self._look("lease_rows", (kind.prefix,), ids, kind.decode if read is None else read)

    async def facts(self, hash_: str, ids: Sequence[str], read: Callable[[bytes], V]) -> Look[V]:
        """Look for what is known of each id in a hash of facts; one round trip."""
        return await self._look("lease_facts", (hash_, self.life), ids, read)

    async def fill_rows(self, kind: Kind, rows: Mapping[str, Values | None], leases: Leases) -> None:
        """Keep rows by id, None for no row, where the lease on it still stands; one round trip."""
        leased = [(id_, row) for id_, row in rows.items() if id_ in leases]
        words = [word for id_, row in leased for word in (kind.key(id_), leases[id_], kind.encode(row))]
        await self._fill("fill_rows", self.life, words)

    async def fill_facts(self, hash_: str, facts: Mapping[str, bytes], leases: Leases) -> None:
        """Keep facts by id where the lease on it still stands; one round trip."""
        leased = [(id_, fact) for id_, fact in facts.items() if id_ in leases]
        words = [word for id_, fact in leased for word in (pack(id_), leases[id_], fact)]
        await self._fill("fill_facts", hash_, words)

    async def invalidate(self, rows: Iterable[tuple[Kind, str]], facts: Iterable[tuple[str, str]] = ()) -> None:
        """Remove rows that changed, and facts as hash and id; one round trip.

        Raises:
            Unavailable: Redis does not answer, so what is hot there may be old; an event repeats this when it is back.

        """
        commands: list[Command] = [("HDEL", hash_, pack(id_)) for hash_, id_ in facts]
        if names := [kind.key(id_) for kind, id_ in rows]:
            commands.append(("UNLINK", *names))
        await self.keyspace.commands("spoil", commands)

    async def _look(
        self, script: str, words: Sequence[bytes | str | int], ids: Sequence[str], read: Callable[[bytes], V]
    ) -> Look[V]:
        if not ids:
            return Look()
        try:
            answers = await self.keyspace.script(script, new_token(), *words, *map(pack, ids))
        except Unavailable:
            return Look()
        return Look.of(ids, answers, read)

    async def _fill(self, script: str, first: str | int, words: Sequence[bytes]) -> None:
        if not words:
            return
        try:
            await self.keyspace.script(script, first, *words)
        except Unavailable:
            return
