"""Entries of the live stream: what the worker puts there and web processes read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from graph.rows import Event
from keyspace import keys
from keyspace.client import Keyspace

TYPES = frozenset({"post.created", "post.deleted", "follow.created", "follow.deleted"})
"""Events that an open subscription may need."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and its place in the stream, which is the cursor of a subscription."""

    cursor: str
    id: str
    type: str
    payload: Mapping[str, Any]


def entry(cursor: bytes, fields: Mapping[bytes, bytes]) -> Entry:
    """Read an entry of the stream."""
    return Entry(cursor.decode(), fields[b"id"].decode(), fields[b"type"].decode(), orjson.loads(fields[b"payload"]))


def place(cursor: str) -> tuple[int, int]:
    """Give a cursor as what orders it."""
    time, _, number = cursor.partition("-")
    return int(time), int(number)


@dataclass(frozen=True, slots=True)
class Announcer:
    """The consumer that puts events on the live stream, which keeps about `length` of them for those who come back.

    An event announced twice has two entries; subscribers know its id and show it once.
    """

    keyspace: Keyspace
    length: int

    async def __call__(self, event: Event) -> None:
        """Announce one event."""
        await self.keyspace.command(
            "XADD", keys.LIVE, "MAXLEN", "~", self.length, "*",
            "id", event.id, "type", event.type, "payload", orjson.dumps(event.payload),
        )  # fmt: skip
