"""What a web process and its readers say to each other: a line with a task, and a line about the answer before its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import orjson

from analytics.gateway.taken import Truncation
from errors import CypherTooExpensive, InvalidCypher, RookeryError, TooExpensive, Unavailable
from graph.analysts_errors import ServerEnded


class _Kind(StrEnum):
    """What a failure is; where it is too much of something, it is named by that."""

    INVALID = "INVALID"
    SERVER_ENDED = "SERVER_ENDED"
    UNAVAILABLE = "UNAVAILABLE"



@dataclass(frozen=True, slots=True)
class Task:
    """A query to run in the graph at an address, and what it may take: seconds, rows, and bytes of JSON."""

    uri: str
    user: str
    password: str = field(repr=False)
    text: str
    parameters: Mapping[str, Any]
    mark: str
    """By what the server tells it from others."""
    seconds: float
    most_rows: int
    most_bytes: int

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Read the line that says it."""
        return cls(**orjson.loads(line))

    @property
    def line(self) -> bytes:
        """Return it as a line."""
        return orjson.dumps(self) + b"\n"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: a kind, and what belongs to it."""

    kind: str
    message: str = ""
    line: int | None = None
    column: int | None = None

    @classmethod
    def of(cls, error: RookeryError) -> Self:
        """Write down an error."""
        match error:
            case InvalidCypher():
                return cls(_Kind.INVALID, error.message, error.line, error.column)
            case CypherTooExpensive():
                return cls(error.reason)
            case ServerEnded():
                return cls(_Kind.SERVER_ENDED)
        return cls(_Kind.UNAVAILABLE, error.message)

    def error(self, seconds: float) -> RookeryError:
        """Return it as the error that it was, of a query that might take so long."""
        match self.kind:
            case _Kind.INVALID:
                return InvalidCypher(self.message, self.line, self.column)
            case _Kind.SERVER_ENDED:
                return ServerEnded()
            case _Kind.UNAVAILABLE:
                return Unavailable(self.message)
        return CypherTooExpensive(TooExpensive(self.kind), seconds)


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of an answer, whose rows follow as JSON; `size` is that of the rows without what stands between them."""

    length: int = 0
    """Bytes that follow."""
    columns: Sequence[str] = ()
    size: int = 0
    truncated: Truncation | None = None
    failure: Failure | None = None
    last: bool = False
    """Whether the reader ends after it."""

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Read the line that says it."""
        found = orjson.loads(line)
        truncated, failure = found.pop("truncated"), found.pop("failure")
        return cls(
            **found,
            truncated=None if truncated is None else Truncation(truncated),
            failure=None if failure is None else Failure(**failure),
        )

    @property
    def line(self) -> bytes:
        """Return it as a line."""
        return orjson.dumps(self) + b"\n"
