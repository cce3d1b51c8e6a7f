"""An answer of a provider that holds for a while: asked for once by all who need it, and not again at once where it failed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from services.oidc.failures import ProviderFailure

T = TypeVar("T")


@dataclass(slots=True)
class CachedAnswer(Generic[T]):
    """What `load` returns, for `life` seconds. After a failure that one is raised again for `pause` seconds.

    A newer one is asked for at most every `pause` seconds.
    """

    load: Callable[[], Awaitable[T]]
    life: float
    pause: float
    now: Callable[[], float] = time.monotonic
    _value: T | None = None
    _failure: ProviderFailure | None = None
    _asked_at: float | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self) -> T:
        """Return the answer.

        Raises:
            ProviderFailure: there is none.

        """
        async with self._turn:
            if self._value is None or self._age() > self.life:
                await self._ask()
            return self._found()

    async def newer(self) -> T:
        """Return an answer that is newer than the last, unless that is younger than `pause` seconds; raise as `get` does."""
        async with self._turn:
            await self._ask()
            return self._found()

    def _age(self) -> float:
        return float("inf") if self._asked_at is None else self.now() - self._asked_at

    async def _ask(self) -> None:
        if self._age() < self.pause:
            return
        self._asked_at = self.now()
        try:
            self._value, self._failure = await self.load(), None
        except ProviderFailure as error:
            self._value, self._failure = None, error
        except BaseException:
            self._asked_at = None  # whoever asked went away: the next one asks again
            raise

    def _found(self) -> T:
        if self._value is None:
            raise ProviderFailure("not asked") if self._failure is None else self._failure
        return self._value
