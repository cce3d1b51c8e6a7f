"""Attempts: what a write counts against limits.

Redis is asked when a mutation begins, beside whatever else is looked up before the statement. Whether there is room matters only
to a write that changes something, which its statement says just before the commit.
"""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import structlog

from errors import RateLimited, TooManyWrites
from keyspace.limits import Allowance, AllowanceState, Answer, RateLimits
from services.events.backoff import TROUBLE

log = structlog.get_logger()


def _untold(_refused: RateLimited | None) -> None:
    """Tell nobody."""


class Attempt:
    """One attempt of one or several limits: taken at the beginning of a block, and given back at its end unless it was spent.

    While Redis is away or refuses, it is not counted and the write is done: limits keep nobody from what they want to say because
    a part of ours is down.
    """

    def __init__(
        self,
        limits: RateLimits,
        allowances: Sequence[Allowance],
        ended: Callable[[RateLimited | None], None] = _untold,
    ) -> None:
        """Take what it counts against. `ended` is called with a refusal, and with None where it could not be counted."""
        self._limits = limits
        self.allowances = allowances
        self._ended = ended
        self._asking: asyncio.Task[None] | None = None
        self._answer: Answer | None = None
        self._is_spent = False

    async def __aenter__(self) -> Self:
        """Begin to ask."""
        self._asking = asyncio.create_task(self._ask(), name="attempt")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back where nothing was written; while Redis is away it comes back by itself."""
        await self.decided()
        answer = self._answer
        if self._is_spent or answer is None or answer.refused is not None:
            return
        self._answer = None
        try:
            await self._limits.give_back(*self.allowances)
        except TROUBLE as trouble:
            log.warning("attempt_not_given_back", error=type(trouble).__name__)

    async def decided(self) -> None:
        """Wait until it is known whether there is room."""
        if self._asking is not None:
            await asyncio.wait([self._asking])

    def check(self) -> None:
        """Pass where a write may be committed that changes something.

        Raises:
            TooManyWrites: it may not; `retry_after` says when it may.

        """
        if self._answer is not None and (refused := self._answer.refused) is not None:
            self._ended(refused)
            raise TooManyWrites(refused.retry_after, scope=refused.scope)

    def spend(self) -> None:
        """Let it count: the write was done, or nobody knows whether it was."""
        self._is_spent = True

    @property
    def states(self) -> Sequence[tuple[Allowance, AllowanceState]]:
        """How each limit stood once this was counted or refused; empty where it was neither, or was given back."""
        answer = self._answer
        return [] if answer is None else list(zip(self.allowances, answer.states, strict=True))

    async def _ask(self) -> None:
        try:
            self._answer = await self._limits.answer(*self.allowances)
        except TROUBLE as error:
            log.warning("attempt_not_counted", error=type(error).__name__)
            self._ended(None)
