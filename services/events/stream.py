"""The stream of events: the form of an entry, and the groups that read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from graph.outbox import OutboxEvent
from keyspace.keys import EVENTS
from services.events.catalogue import decode
from services.events.event import Event, MalformedEvent

ONLY = b"only"
"""Field of a replayed entry: the one group that it is for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a group reads it: its place in the stream, its raw fields, its deliveries with this one."""

    id: bytes
    fields: Mapping[bytes, bytes]
    deliveries: int = 1

    def concerns(self, group: str, types: frozenset[str]) -> bool:
        """Tell whether a group that acts on these types should see it; one without a type is refused by each."""
        if self.fields.get(ONLY, group.encode()) != group.encode():
            return False
        type_ = self.fields.get(b"type")
        return type_ is None or type_.decode(errors="replace") in types


def entries_of(answer: Any) -> list[Entry]:
    """Give the entries in an answer of Redis; the client types it for every protocol and decoding that there is."""
    return [Entry(id_, fields) for id_, fields in answer or ()]


def fields_of(event: Event) -> dict[bytes, bytes]:
    """Return an event in the form of the stream."""
    stored = event.encode()
    return {
        b"id": stored.id.encode(),
        b"type": stored.type.encode(),
        b"at": str(stored.at).encode(),
        b"payload": orjson.dumps(stored.payload),
    }


def event_of(fields: Mapping[bytes, bytes]) -> Event:
    """Read an event back.

    Raises:
        MalformedEvent: it is none, its type is unknown, or a field of its payload is missing or wrong.

    """
    try:
        payload = orjson.loads(fields[b"payload"])
        stored = OutboxEvent(fields[b"id"].decode(), fields[b"type"].decode(), int(fields[b"at"]), payload)
    except KeyError as error:
        raise MalformedEvent(f"no field {error.args[0].decode()}") from error
    except ValueError as error:
        raise MalformedEvent(str(error)) from error
    if not isinstance(payload, dict):
        raise MalformedEvent("its payload is not an object")
    return decode(stored)


async def create_group(redis: Redis, group: str) -> None:
    """Make a group that reads from the beginning of the stream, so that nothing older than the group is missed."""
    try:
        await redis.xgroup_create(EVENTS, group, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def is_gone(error: Exception) -> bool:
    """Tell whether an answer means that the group is gone, as after FLUSHALL or a restart without data."""
    return isinstance(error, ResponseError) and any(
        word in str(error) for word in ("NOGROUP", "UNBLOCKED", "no such key")
    )
