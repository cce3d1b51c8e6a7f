"""The outbox: events that are written in the transaction of the change that they are about."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """Something that happened, written in the transaction that made it so. `at` is in milliseconds since 1970 UTC."""

    id: str
    type: str
    at: int
    payload: dict[str, Any]
