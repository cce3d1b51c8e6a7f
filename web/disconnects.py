"""Cancelling work when the client that asked for it goes away."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from web.bodies import ClientGone

# Most requests are done by then and never pay for the watching task.
_PATIENCE_SECONDS = 0.02


class CancelledWhenGone:
    """A block that is cancelled when the client of an HTTP request disconnects, and then raises ClientGone.

    The request's body must have been read: what is received after it can only be the disconnection.
    """

    __slots__ = ("_before", "_gone", "_receive", "_task", "_timer", "_watcher")

    def __init__(self, receive: Receive) -> None:
        """Take the channel of the request."""
        self._receive = receive
        self._gone = False
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to watch, after a moment."""
        task = asyncio.current_task()
        if task is None:
            message = "a block can be watched only within a task"
            raise RuntimeError(message)
        self._task = task
        self._before = task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self._start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the watch; tell our own cancellation from another's."""
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._gone and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise ClientGone from error

    def _start(self) -> None:
        self._watcher = asyncio.create_task(self._watch(), name="disconnection watch")

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._task.cancel()
