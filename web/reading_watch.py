"""Whether a client reads what waits for it, however slowly."""

import asyncio
from collections.abc import Callable

from web.write_flow import WriteFlow

LOOKS = 8
"""Looks in the time that a client may read nothing: so much finer is that time measured."""


class ReadingWatch:
    """Looks whether a client reads what waits for it, until it is stopped or the client has read nothing for too long."""

    __slots__ = ("_flow", "_held", "_interval", "_looks", "_on_read", "_on_stall", "_timer")

    def __init__(
        self, flow: WriteFlow, seconds: float, on_stall: Callable[[], object], on_read: Callable[[], object] | None = None
    ) -> None:
        """Begin; call `on_stall` once nothing has been read for `seconds`, and `on_read` after each look that finds a read."""
        self._flow = flow
        self._interval = seconds / LOOKS
        self._on_stall = on_stall
        self._on_read = on_read
        self._held = 0  # asked at the first look: most waits are over by then
        self._looks = 0
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._look)

    def stop(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        before, self._held = self._held, self._flow.held
        has_read = self._held < before
        self._looks = 0 if has_read else self._looks + 1
        if self._looks == LOOKS:
            self._on_stall()
            return
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._look)
        if has_read and self._on_read is not None:
            self._on_read()
