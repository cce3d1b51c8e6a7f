"""What was sent to a server and awaits its summaries."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from graph.bolt.messages import fields_of

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

    @property
    def may_return(self) -> bool:
        """Whether a record may come now: behind the SUCCESS of a RUN."""
        return self.summaries == 1

    def keep(self, value: object) -> None:
        """Take the value of a record; only that of the first counts."""
        if self.value is NOTHING:
            self.value = value

    def end(self, message: bytearray, at: int) -> bytes:  # noqa: ARG002 - what the last summary says matters to some
        """Take the last summary, which is at `at`; return what is sent next in the same exchange, nothing where it is over."""
        self.give(None if self.value is NOTHING else self.value)
        return b""

    def refuse(self, error: Exception) -> None:
        """End the wait of the caller with what the server says."""
        self.fail(error)

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

    def end(self, message: bytearray, at: int) -> bytes:
        """Give the data of the summary."""
        self.give(fields_of(message, at))
        return b""


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
