"""Turns: of each person one question is counted at a time, and the next ones wait, in the order in which they were asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from analytics.errors import TooManyQuestions


@dataclass(slots=True)
class _Turn:
    """Whose turn it is among the questions of one person, and how many there are."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    questions: int = 0


@dataclass(slots=True)
class Turns:
    """The turns of everybody who asks this process. Waiting has bounds: a queue without any would grow for ever."""

    of_one: int
    """Most questions of a person: those that are counted or wait."""
    of_all: int
    """Most questions of all people together."""
    _turns: dict[str, _Turn] = field(default_factory=dict)

    @asynccontextmanager
    async def taken(self, person: str, deadline: float) -> AsyncIterator[None]:
        """Wait for a turn of a person, until a time of the loop's clock at most, and hold it.

        Raises:
            TooManyQuestions: they have asked too many, or everybody has, or it took too long.

        """
        turn = self._turns.setdefault(person, _Turn())
        turn.questions += 1
        try:
            if turn.questions > self.of_one or sum(each.questions for each in self._turns.values()) > self.of_all:
                raise TooManyQuestions
            try:
                async with asyncio.timeout_at(deadline):
                    await turn.lock.acquire()
            except TimeoutError:
                raise TooManyQuestions from None
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            turn.questions -= 1
            if not turn.questions:
                del self._turns[person]
