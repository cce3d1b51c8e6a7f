"""What the graph answers as values of JSON, of shapes that do not change.

| in Cypher | in JSON |
| --- | --- |
| `STRING`, `BOOLEAN`, `null`, lists, maps | the same |
| `INTEGER` | a number; beyond 2^53, which JavaScript cannot count to, `{"$type": "integer", "value": "9007199254740993"}` |
| `FLOAT` | a number; `{"$type": "float", "value": "NaN"}`, `"Infinity"` or `"-Infinity"` where JSON has none |
| `DATE`, `ZONED DATETIME` and other times, `DURATION` | a text of ISO 8601, such as `2026-11-01` or `P1M2DT3S` |
| `POINT` | `{"$type": "point", "srid": 4326, "coordinates": [12.5, 55.6]}` |
| a node | `{"$type": "node", "id": "4:…:7", "labels": ["Person"], "properties": {…}}` |
| a relationship | `{"$type": "relationship", "id": "…", "type": "FOLLOWS", "start": "…", "end": "…", "properties": {…}}` |
| a path | `{"$type": "path", "nodes": [...], "relationships": [...]}` |
| bytes | `{"$type": "bytes", "value": "AQID"}`, in Base64 |
"""

import math
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Protocol

from errors import CypherTooExpensive, TooExpensive

EXACT = 2**53
"""Integers up to here are numbers of JSON that every client reads exactly."""
NESTING_MAX = 100
"""Deepest lists and maps within each other. Many clients read no more, and what writes JSON here gives up at 254."""


class _Element(Protocol):
    """A node or a relationship, as the driver gives it."""

    element_id: str

    def items(self) -> Any:
        """Return the properties."""


def shown(value: Any) -> Any:
    """Return a value that the driver gave as one of JSON."""
    match value:
        case None | bool() | str():
            found: Any = value
        case int():
            found = value if -EXACT <= value <= EXACT else {"$type": "integer", "value": str(value)}
        case float():
            found = value if math.isfinite(value) else {"$type": "float", "value": _not_finite(value)}
        case list():
            found = [shown(each) for each in value]
        case dict():
            found = {str(name): shown(each) for name, each in value.items()}
        case _:
            found = _structured(value)
    return found


def _structured(value: Any) -> Any:
    """Return a value of one of the driver's classes, told apart by what they have, since this knows no driver."""
    if isinstance(value, bytes | bytearray):
        return {"$type": "bytes", "value": b64encode(value).decode()}
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if hasattr(value, "srid"):
        return {"$type": "point", "srid": value.srid, "coordinates": list(value)}
    if hasattr(value, "relationships"):
        return {
            "$type": "path",
            "nodes": [shown(each) for each in value.nodes],
            "relationships": [shown(each) for each in value.relationships],
        }
    return _element(value)


def _element(value: Any) -> Any:
    if hasattr(value, "labels"):
        return {"$type": "node", "id": value.element_id, "labels": sorted(value.labels), "properties": _properties(value)}
    if hasattr(value, "start_node"):
        start, end = (None if each is None else each.element_id for each in (value.start_node, value.end_node))
        return {
            "$type": "relationship", "id": value.element_id, "type": value.type, "start": start, "end": end,
            "properties": _properties(value),
        }  # fmt: skip
    return {"$type": "unsupported", "value": type(value).__name__}


def _properties(element: _Element) -> dict[str, Any]:
    return {name: shown(each) for name, each in element.items()}


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def least_size(row: Sequence[Any], enough: int) -> int:
    """Return the least bytes that a row can take in JSON; beyond `enough` it stops: what is too large is not walked.

    Raises:
        CypherTooExpensive: lists and maps within each other are nested more than `NESTING_MAX` deep.

    """
    total, level = 0, [row]
    for _ in range(NESTING_MAX):
        within: list[Any] = []
        for value in level:
            match value:
                case str():
                    total += len(value) + 2
                case dict():
                    total += sum(len(name) + 4 for name in value)
                    within.extend(value.values())
                case list() | tuple():
                    total += len(value) + 1
                    if total <= enough:
                        within.extend(value)
                case _:
                    total += 1
            if total > enough:
                return total
        if not within:
            return total
        level = within
    raise CypherTooExpensive(TooExpensive.NESTING)
