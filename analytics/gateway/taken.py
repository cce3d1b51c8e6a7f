"""Takes records into an answer until it is as large as it may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from analytics.gateway.values import least_size, shown


class Truncation(StrEnum):
    """What ended an answer before it was whole."""

    ROWS = "ROWS"
    BYTES = "BYTES"


@dataclass(slots=True)
class Taken:
    """The rows of an answer, each as JSON: so many at most, of so many bytes together."""

    most_rows: int
    most_bytes: int
    rows: list[bytes] = field(default_factory=list)
    size: int = 0
    """Bytes."""
    truncated: Truncation | None = None

    def receive(self, values: Sequence[Any]) -> bool:
        """Take a record, and return whether another is wanted.

        Raises:
            CypherTooExpensive: a value is nested too deeply.

        """
        if len(self.rows) == self.most_rows:
            self.truncated = Truncation.ROWS
            return False
        left = self.most_bytes - self.size
        if least_size(values, left) <= left:
            row = orjson.dumps([shown(each) for each in values])
            if len(row) <= left:
                self.rows.append(row)
                self.size += len(row)
                return True
        self.truncated = Truncation.BYTES
        return False

    @property
    def json(self) -> bytes:
        """Return all rows as one list."""
        return b"[" + b",".join(self.rows) + b"]"
