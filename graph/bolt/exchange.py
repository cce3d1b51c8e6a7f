"""What was sent to a server and awaits its summaries."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

NOTHING: Final = object()
"""No record came."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an answer may take.

    Attributes:
        patience: seconds that the server may take before it counts as silent.
        until: time of the loop after which nobody waits for the answer.

    """

    patience: float
    until: float


@dataclass(slots=True, eq=False)
class Exchange:
    """One request on a connection, and what came of its answer.

    Attributes:
        packed: its messages.
        answer: what the caller waits for: the value of the first record, None without one.
        wait: how long the answer may take.
        summaries: how many messages end it: one for RUN and one for PULL.
        value: what the first record held, once it came.

    """

    packed: bytes
    answer: "asyncio.Future[Any]"
    wait: Wait
    summaries: int = 2
    value: Any = NOTHING

    @property
    def patience(self) -> float:
        """Seconds that the server may take."""
        return self.wait.patience

    def give(self, value: object) -> None:
        """End the wait of the caller, unless it has left."""
        if not self.answer.done():
            self.answer.set_result(value)

    def fail(self, error: Exception) -> None:
        """End the wait of the caller with an error, unless it has left."""
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # a caller that is cancelled just now would never look at it


@dataclass(slots=True, eq=False)
class Opening(Exchange):
    """A message that opens a connection: its answer is the data of its summary, and a failure ends the connection."""

    summaries: int = 1


@dataclass(slots=True, eq=False)
class Skipped:
    """Summaries of what the server ignores, because something before it failed."""

    summaries: int
    patience: float


@dataclass(slots=True, eq=False)
class Reset:
    """A RESET, after which a connection is as new; sent to one that idles, it shows whether the server is still there."""

    patience: float
    summaries: int = 1
