"""Stopping without breaking anything: no new work, streams are told to resume elsewhere, the rest may finish."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

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

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a piece of work that a stop waits for."""
        self._working += 1
        try:
            yield
        finally:
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
