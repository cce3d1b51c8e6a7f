"""The events in writing: the table of `docs/architecture.md`, printed from their classes."""

import re
from dataclasses import fields
from enum import Enum
from typing import Any, get_args

from services.events.catalogue import EVENTS
from services.events.event import ENVELOPE, Event

_HEAD = "| event | when | payload | stale in the cache |\n| --- | --- | --- | --- |\n"


def table() -> str:
    """Return the table: type, what happened, payload, and the prefixes of the keys that are stale."""
    return _HEAD + "".join(_row(example(event)) for event in EVENTS.values())


def example(of: type[Event]) -> Event:
    """Return an event of a class with a value in every field, so that everything that it can make stale is."""
    return of(**{field.name: _value(field.type) for field in fields(of) if field.name not in ENVELOPE})


def _row(event: Event) -> str:
    when = (event.__doc__ or "").split("\n\n", maxsplit=1)[0]
    payload = ", ".join(f"`{name}`" for name in event.encode().payload)
    return f"| `{event.type}` | {when} | {payload} | {', '.join(f'`{prefix}`' for prefix in _prefixes(event))} |\n"


def _prefixes(event: Event) -> list[str]:
    stale = event.stale()
    rows = [kind.prefix.decode() for kind, _ in stale.rows]
    hashes = [re.split(r"[{\d]", name, maxsplit=1)[0] for name, _ in stale.fields]
    return list(dict.fromkeys([*rows, *hashes]))


def _value(annotation: Any) -> Any:
    """Return a value of a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if annotation == tuple[str, ...]:
        return ("id",)
    if annotation == tuple[int, ...]:
        return (7,)
    return {int: 7, bool: True, str: "id"}[next(iter(get_args(annotation)), annotation)]
