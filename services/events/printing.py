"""The events in writing: the table of `docs/architecture.md`, printed from their classes."""

import re
from dataclasses import fields
from enum import Enum
from typing import Any, get_args

from services.events.catalogue import EVENTS
from services.events.event import ENVELOPE, Event

BEGIN = "<!-- events: printed by `rookery events --write` from services/events/ -->\n"
END = "<!-- end of events -->\n"
_HEAD = "| event | when | payload | stale in the cache |\n| --- | --- | --- | --- |\n"


def table() -> str:
    """Return the table: type, what happened, payload, and the prefixes of the keys that are stale."""
    return _HEAD + "".join(_row(example(event)) for event in EVENTS.values())


def printed_into(page: str) -> str:
    """Return a page with the table between the two marks.

    Raises:
        ValueError: the page does not have the marks.

    """
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("the page has no place for the events")
    return f"{before}{BEGIN}{table()}{END}{after}"


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
    return {int: 7, bool: True, str: "id"}[next(iter(get_args(annotation)), annotation)]
