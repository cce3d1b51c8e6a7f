"""Stopping without breaking anything: no new work, streams are told to resume elsewhere, the rest may finish."""

import asyncio
from types import TracebackType

RETRY_AFTER_SECONDS = 1


class Drain:
    """Whether this process is stopping, and what still runs in it.

    Made before the event loop, so it holds nothing of one until it is waited on.
    """

    def __init__(self) -> None:
        """Start as serving."""
        self.started = False
        self._working = 0
        self._begun: asyncio.Event | None = None
        self._idle: asyncio.Event | None = None

    def begin(self) -> None:
        """Stop being ready; from now on new operations are refused and streams end."""
        self.started = True
        if self._begun is not None:
            self._begun.set()

    async def wait_begun(self) -> None:
        """Wait until the process begins to stop."""
        if self._begun is None:
            self._begun = asyncio.Event()
        if self.started:
            return
        await self._begun.wait()

    def working(self) -> "Working":
        """Count a piece of work that a stop waits for."""
        return Working(self)

    def enter(self) -> None:
        """Begin a piece of work."""
        self._working += 1

    def leave(self) -> None:
        """End a piece of work."""
        self._working -= 1
        if self._working == 0 and self._idle is not None:
            self._idle.set()

    @property
    def open(self) -> int:
        """How many pieces of work are not finished."""
        return self._working

    async def finish(self, seconds: float) -> bool:
        """Wait until all work is done, at most `seconds`; tell whether it was."""
        self._idle = asyncio.Event()
        if self._working == 0:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True


class Working:
    """A block that a stop waits for. A class, since a generator costs every request three times as much."""

    __slots__ = ("_drain",)

    def __init__(self, drain: Drain) -> None:
        """Take what counts the block."""
        self._drain = drain

    def __enter__(self) -> None:
        """Begin."""
        self._drain.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._drain.leave()
