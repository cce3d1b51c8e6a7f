"""What every event is: an id, a moment, a typed payload, and what it makes stale in the cache.

An event is one class of a few lines in the file of its domain, such as `post_events.py`. From the class follow the form in the
outbox and in the stream, the check when it is read back, the list of types (`catalogue.py`), the table in
`docs/architecture.md` and the invalidation.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from clock import now_ms
from graph.ids import new_id
from graph.outbox import OutboxEvent
from keyspace.row_cache import Kind

ENVELOPE = frozenset({"id", "at"})
"""Fields that stand beside the payload, not in it."""


class MalformedEvent(Exception):
    """An event that no further attempt can read: it is not JSON, its type is unknown, or a field is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Stale:
    """What an event makes stale: `rows` by kind and id, `fields` of a viewer's hashes by name of the hash and id."""

    rows: Collection[tuple[Kind, str]] = ()
    fields: Collection[tuple[str, str]] = ()


FRESH = Stale()
"""Nothing is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. `at` is in milliseconds since 1970 UTC; the fields of a subclass are its payload.

    A subclass with a `type` is an event; one without is the shape that several events share. A new field needs a default:
    events of the version before may still wait in the stream.
    """

    id: str = field(default_factory=new_id)
    at: int = field(default_factory=now_ms)

    type: ClassVar[str] = ""
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(alias_generator=to_camel)

    def __init_subclass__(cls, *, type: str = "") -> None:
        """Name the type of a class. `slots=True` makes each class twice, the second time without arguments."""
        if type:
            cls.type = type

    def stale(self) -> Stale:
        """Return what this event makes stale in the cache."""
        return FRESH

    def encode(self) -> OutboxEvent:
        """Return the form of the outbox: the payload is JSON, its names in camel case."""
        payload = _adapter(self.__class__).dump_python(self, mode="json", by_alias=True, exclude=set(ENVELOPE))
        return OutboxEvent(self.id, self.type, self.at, payload)

    @classmethod
    def decode(cls, stored: OutboxEvent) -> "Event":
        """Read an event of this class back.

        Raises:
            MalformedEvent: a field is missing or of another type.

        """
        try:
            event: Event = _adapter(cls).validate_python({**stored.payload, "id": stored.id, "at": stored.at})
        except ValidationError as error:
            wrong = ", ".join(str(each["loc"][0]) for each in error.errors())
            raise MalformedEvent(f"{stored.type} with a wrong or missing {wrong}") from error
        return event


_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
"""Returns what reads and writes events of a class; built when the class is first used."""
