"""Rate limits: how often one subject may try one thing, counted in Redis for all processes and by its clock.

An `Allowance` lets some attempts pass at once, which come back one by one; a `GrowingDelay` lets some pass, and then makes each
wait for twice as long as the one before. All limits of an attempt are looked at and counted in one step.

An attempt is taken before it is made and given back when it turns out well, so that a hundred attempts at once cannot all pass
before the first is counted.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from clock import in_milliseconds
from errors import RateLimited
from keyspace import keys
from keyspace.client import Keyspace

Words: TypeAlias = tuple[str, int, int, int, int, int]
"""A limit as the scripts read it, see `lua/_limit.lua`."""


class Limit(Protocol):
    """What limits the attempts of one subject."""

    @property
    def scope(self) -> str:
        """What is tried."""

    @property
    def subject(self) -> str:
        """Who tries it, or at whom."""

    @property
    def words(self) -> Words:
        """How it limits."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many `attempts` of a `scope` at once, each of which comes back in that share of the `window`."""

    scope: str
    subject: str
    attempts: int
    window: timedelta

    @property
    def words(self) -> Words:
        """How it limits."""
        return ("rate", self.attempts, in_milliseconds(self.window), 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Growth:
    """How delays grow: after `free` attempts each waits, `first` and then twice as long as the one before, up to `longest`.

    Attempts that made nobody wait count for `window` after the last, others for `memory` after the last wait. Where both were
    short, whoever waits in silence would be given free attempts again and again.
    """

    free: int
    window: timedelta
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=15)
    memory: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GrowingDelay:
    """A delay between attempts of a `scope`, which grows."""

    scope: str
    subject: str
    growth: Growth

    @property
    def words(self) -> Words:
        """How it limits."""
        growth = self.growth
        times = (growth.first, growth.longest, growth.window, growth.memory)
        first, longest, window, memory = map(in_milliseconds, times)
        return ("delay", growth.free, first, longest, window, memory)


@dataclass(frozen=True, slots=True)
class AllowanceState:
    """How an allowance stands: `left` attempts would pass now, and in `restored` seconds all will have come back."""

    left: int
    restored: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to an attempt: why it is refused, None where it was taken; and how each limit stands, a delay with zeros."""

    refused: RateLimited | None
    states: Sequence[AllowanceState]


def key_of(limit: Limit) -> str:
    """Return the key of a limit: of bounded length and without the subject itself, which may be somebody's name."""
    subject = hashlib.blake2b(limit.subject.encode("utf-8", "backslashreplace"), digest_size=16)
    return keys.limit(limit.scope, subject.hexdigest())


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Counters of attempts. They fail closed: while Redis does not answer, methods raise Unavailable and nothing passes."""

    keyspace: Keyspace

    async def take(self, *limits: Limit) -> None:
        """Take one attempt of each limit, or of none.

        Raises:
            RateLimited: one of them lets none pass now; `retry_after` is when all would, `scope` that of the last.
            Unavailable: Redis does not answer.

        """
        _raised(await self.answer(*limits))

    async def answer(self, *limits: Limit) -> Answer:
        """Take one attempt of each limit, or of none, and return how it went and how they stand.

        Raises:
            Unavailable: Redis does not answer.

        """
        return await self._ask("limit_take", limits)

    async def check(self, *limits: Limit) -> None:
        """Raise as `take` would, and take nothing: for what is to cost nothing while it is refused."""
        _raised(await self._ask("limit_check", limits))

    async def give_back(self, *limits: Limit) -> None:
        """Return one attempt to each, as if it had not been made."""
        await self._run("limit_give_back", limits)

    async def reset(self, *limits: Limit) -> None:
        """Forget every attempt of these subjects."""
        await self.keyspace.command("UNLINK", *map(key_of, limits))

    async def settle(self, *limits: Limit, forgotten: Limit) -> None:
        """Return one attempt to each, and forget every attempt of another subject, in one round trip."""
        await asyncio.gather(self.reset(forgotten), *([self.give_back(*limits)] if limits else []))

    async def _ask(self, script: str, limits: Sequence[Limit]) -> Answer:
        wait, which, *told = await self._run(script, limits)
        refused = RateLimited(retry_after=-(-wait // 1000), scope=limits[which - 1].scope) if which else None
        return Answer(refused, [AllowanceState(left, -(-back // 1000)) for left, back in zip(told[::2], told[1::2], strict=True)])

    async def _run(self, script: str, limits: Sequence[Limit]) -> list[int]:
        found: list[int] = await self.keyspace.script(
            script, *(word for each in limits for word in each.words), keys=[key_of(each) for each in limits]
        )
        return found


def _raised(answer: Answer) -> None:
    if answer.refused is not None:
        raise answer.refused
