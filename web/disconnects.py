"""Cancels work when its client disconnects."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from web.bodies import ClientDisconnected

# Most requests are done by then and never need the watching task.
_WATCH_AFTER_SECONDS = 0.02


class CancelOnDisconnect:
    """A block that is cancelled when the client of an HTTP request disconnects; it then raises ClientDisconnected.

    The body of the request must be read before: after it, only the disconnection can be received.
    """

    __slots__ = ("_before", "_disconnected", "_receive", "_task", "_timer", "_watcher")

    def __init__(self, receive: Receive) -> None:
        """Take the ASGI channel of the request."""
        self._receive = receive
        self._disconnected = False
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to watch, after a short time."""
        task = asyncio.current_task()
        if task is None:
            message = "CancelOnDisconnect works only within a task"
            raise RuntimeError(message)
        self._task = task
        self._before = task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(_WATCH_AFTER_SECONDS, self._start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the watch; turn our own cancellation into ClientDisconnected, and pass on any other."""
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._disconnected and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise ClientDisconnected from error

    def _start(self) -> None:
        self._watcher = asyncio.create_task(self._watch(), name="disconnection watch")

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._disconnected = True
        self._task.cancel()
