"""Events in the form of the stream, and back."""

import orjson

from graph.outbox import OutboxEvent
from keyspace.event_stream import ONLY
from keyspace.stream_entries import Fields
from services.events.catalogue import decode
from services.events.event import Event, MalformedEvent


def concerns(fields: Fields, group: str, types: frozenset[str]) -> bool:
    """Return whether a group that acts on these types should see an entry. All groups see one without a type, and refuse it."""
    if fields.get(ONLY, group.encode()) != group.encode():
        return False
    type_ = fields.get(b"type")
    return type_ is None or type_.decode(errors="replace") in types


def fields_of(event: Event) -> dict[bytes, bytes]:
    """Return the fields of an entry for an event."""
    return stored_fields(event.encode())


def stored_fields(stored: OutboxEvent) -> dict[bytes, bytes]:
    """Return the fields of an entry for an event of the outbox."""
    return {
        b"id": stored.id.encode(),
        b"type": stored.type.encode(),
        b"at": str(stored.at).encode(),
        b"payload": orjson.dumps(stored.payload),
    }


def event_of(fields: Fields) -> Event:
    """Read the event of an entry.

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
