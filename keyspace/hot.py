"""Hot rows and facts in Redis, never older than the last change.

A reader that finds nothing leaves a lease in its place and may fill it only while that lease stands. A change removes what
stands there, lease or value, so a reader that read the graph before the change cannot fill after it.
"""

import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from errors import Unavailable
from graph.ids import PACKED_SIZE, pack
from keyspace import keys
from keyspace.client import Command, Keyspace

Values = Sequence[Any]
"""A row as a query returns it, so that a row from Redis and one from the graph are built the same way."""

Leases = Mapping[str, bytes]
"""The lease on each id that was not hot."""

_PROCESS = os.urandom(8)
_COUNTER = itertools.count()


def new_lease() -> bytes:
    """Give a token for one look: who looks twice with the same one could fill by the second what the first has read."""
    return _PROCESS + next(_COUNTER).to_bytes(6, "big")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hot row: what its keys begin with, and which of its values is an id that scripts must find (or none)."""

    prefix: bytes
    leading: int | None = None

    def key(self, id_: str) -> bytes:
        """Name the key of a row."""
        return self.prefix + pack(id_)

    def encode(self, values: Values) -> bytes:
        """Give the bytes of a row."""
        lead = b"" if self.leading is None else pack(values[self.leading])
        return lead + orjson.dumps(values)

    def decode(self, found: bytes | None) -> Any:
        """Give the values of a row, or None when there are none."""
        if found is None:
            return None
        return orjson.loads(found if self.leading is None else found[PACKED_SIZE:])


POSTS = Kind(keys.POST, leading=1)
POST_COUNTS = Kind(keys.POST_COUNTS)
USERS = Kind(keys.USER)
USER_COUNTS = Kind(keys.USER_COUNTS)
PICTURES = Kind(keys.PICTURE)

YES, NO = b"1", b"0"


def fact(found: bytes | None) -> bool | None:
    """Give a fact, or None when it is not known."""
    return True if found == YES else False if found == NO else None


@dataclass(frozen=True, slots=True)
class Hot:
    """What is hot. While Redis is down nothing is found and nothing is kept. `life` is in seconds."""

    keyspace: Keyspace
    life: int

    async def rows(self, kind: Kind, ids: Sequence[str], lease: bytes) -> list[Any]:
        """Give the values of each id, or None, with the lease left there; one round trip."""
        found = await self._found("lease_rows", ids, lease, kind.prefix)
        return [kind.decode(each) for each in found]

    async def facts(self, hash_: str, ids: Sequence[str], lease: bytes) -> list[bool | None]:
        """Give what is known of each id in a hash of facts, or None, with the lease left there; one round trip."""
        return [fact(each) for each in await self._found("lease_facts", ids, lease, hash_, self.life)]

    async def fill_rows(self, kind: Kind, rows: Mapping[str, Values], leases: Leases) -> None:
        """Keep rows by id where the lease on it still stands; one round trip."""
        words = [word for id_, row in rows.items() for word in (kind.key(id_), leases[id_], kind.encode(row))]
        await self._filled("fill_rows", self.life, words)

    async def fill_facts(self, hash_: str, facts: Mapping[str, bool], leases: Leases) -> None:
        """Keep facts by id where the lease on it still stands; one round trip."""
        words = [word for id_, holds in facts.items() for word in (pack(id_), leases[id_], YES if holds else NO)]
        await self._filled("fill_facts", hash_, words)

    async def spoil(self, rows: Iterable[tuple[Kind, str]], facts: Iterable[tuple[str, str]] = ()) -> None:
        """Remove rows that changed, and facts as hash and id; one round trip.

        Raises:
            Unavailable: Redis does not answer, so what is hot there may be old; an event repeats this when it is back.

        """
        commands: list[Command] = [("HDEL", hash_, pack(id_)) for hash_, id_ in facts]
        if names := [kind.key(id_) for kind, id_ in rows]:
            commands.append(("UNLINK", *names))
        await self.keyspace.commands("spoil", commands)

    async def _found(self, script: str, ids: Sequence[str], lease: bytes, *words: bytes | str | int) -> Sequence[Any]:
        if not ids:
            return []
        try:
            found: Sequence[Any] = await self.keyspace.script(script, lease, *words, *map(pack, ids))
        except Unavailable:
            return [None] * len(ids)
        return found

    async def _filled(self, script: str, first: str | int, words: Sequence[bytes]) -> None:
        if not words:
            return
        try:
            await self.keyspace.script(script, first, *words)
        except Unavailable:
            return
