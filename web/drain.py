"""Graceful stop: refuse new operations, tell streams to resume elsewhere, and let the rest finish."""

import asyncio
import random
from collections.abc import Callable
from types import TracebackType

RETRY_AFTER_SECONDS = 1
"""When a refused client may try again: by then another process answers."""


class Drain:
    """Whether this process is stopping, and how many operations are in flight.

    It is created before the event loop, so it makes no asyncio object until somebody waits.
    """

    def __init__(self, spread_seconds: float = 0.0) -> None:
        """Start in the serving state; connections are sent away over `spread_seconds`, so that they do not return all at once."""
        self.announced = False
        self.started = False
        self.in_flight = 0
        self._spread_seconds = spread_seconds
        self._connections: set[Callable[[], None]] = set()
        self._idle: asyncio.Event | None = None

    def announce(self) -> None:
        """Say that the process is about to stop: readiness fails from now on, and everything is still served."""
        self.announced = True

    def begin(self) -> None:
        """Begin to stop: new operations are refused, and open connections are sent away one after the other, in random order."""
        if self.started:
            return
        self.announced = self.started = True
        order = list(self._connections)
        random.shuffle(order)
        loop = asyncio.get_running_loop()
        for at, send_away in enumerate(order):
            loop.call_later(self._spread_seconds * at / len(order), self._send_away, send_away)

    def watch(self, send_away: Callable[[], None]) -> None:
        """Call `send_away` when it is the turn of this connection to end; at once when the process is stopping already."""
        self._connections.add(send_away)
        if self.started:
            asyncio.get_running_loop().call_soon(self._send_away, send_away)

    def forget(self, send_away: Callable[[], None]) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(send_away)

    def _send_away(self, send_away: Callable[[], None]) -> None:
        if send_away in self._connections:
            send_away()

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
