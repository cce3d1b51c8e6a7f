"""Graceful stop: refuse new operations, tell streams to resume elsewhere, and let the rest finish."""

import asyncio
from types import TracebackType

RETRY_AFTER_SECONDS = 1
"""When a refused client may try again: by then another process answers."""


class Drain:
    """Whether this process is stopping, and how many operations are in flight.

    It is created before the event loop, so it makes no asyncio object until somebody waits.
    """

    def __init__(self) -> None:
        """Start in the serving state."""
        self.announced = False
        self.started = False
        self.in_flight = 0
        self._draining: asyncio.Event | None = None
        self._idle: asyncio.Event | None = None

    def announce(self) -> None:
        """Say that the process is about to stop: readiness fails from now on, and everything is still served."""
        self.announced = True

    def begin(self) -> None:
        """Begin to stop: new operations are refused and streams end from now on."""
        self.announced = self.started = True
        if self._draining is not None:
            self._draining.set()

    async def wait_draining(self) -> None:
        """Wait until the process begins to stop."""
        if self._draining is None:
            self._draining = asyncio.Event()
        if self.started:
            return
        await self._draining.wait()

    def track(self) -> "InFlight":
        """Return a context manager that counts its block as in flight."""
        return InFlight(self)

    def enter(self) -> None:
        """Count an operation that begins."""
        self.in_flight += 1

    def leave(self) -> None:
        """Count an operation that ends."""
        self.in_flight -= 1
        if self.in_flight == 0 and self._idle is not None:
            self._idle.set()

    async def wait_idle(self, seconds: float) -> bool:
        """Wait until nothing is in flight, at most `seconds`; return whether that is so."""
        self._idle = asyncio.Event()
        if self.in_flight == 0:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True


class InFlight:
    """A block that a stop waits for. It is a class because a generator would cost every request three times as much."""

    __slots__ = ("_drain",)

    def __init__(self, drain: Drain) -> None:
        """Count the block in this drain."""
        self._drain = drain

    def __enter__(self) -> None:
        """Begin the block."""
        self._drain.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the block."""
        self._drain.leave()
