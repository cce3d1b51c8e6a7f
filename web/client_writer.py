"""Writes to one client, without a buffer of our own."""

import asyncio
from collections.abc import Sequence
from functools import partial

from starlette.types import Message, Scope, Send

from eager import Finished, resume, start
from web.endings import SLOW, Ended
from web.reading_watch import ReadingWatch
from web.write_flow import write_flow_of


class ClientWriter:
    """Writes what is ready at once, then waits for the transport, and ends the connection of a client that does not read.

    The transport takes 64 KiB, and what is written in one go; then it waits until the client has read most of that. Who writes
    waits behind its messages, not before them: nothing that was prepared waits, and nothing is prepared for a client that
    does not read.
    """

    __slots__ = ("_flow", "_send", "_stall_seconds", "has_read")

    def __init__(self, scope: Scope, send: Send, stall_seconds: float) -> None:
        """Write by `send` to the connection of a scope; a client that waits may read nothing for `stall_seconds`."""
        self._flow = write_flow_of(scope)
        self._send = send
        self._stall_seconds = stall_seconds
        self.has_read = False
        """Set when the client has read of what a writer waits for: it is alive, though it may be too busy to say so."""

    async def write(self, *messages: Message) -> None:
        """Send messages, all at once, then wait until the transport takes more.

        Raises:
            Ended: the client does not read, or has disconnected.

        """
        sending = self._sent(messages)
        step = start(sending)  # most messages need not wait, and a time limit would cost as much as they do
        if isinstance(step, Finished):
            return
        try:
            async with asyncio.timeout(self._stall_seconds if self._flow is None else None) as patience:
                watch = self._watch(patience)
                try:
                    await resume(sending, step)
                finally:
                    if watch is not None:
                        watch.stop()
        except TimeoutError:
            raise Ended(SLOW) from None

    def offer(self, message: Message) -> None:
        """Send a message if that needs no wait: behind others it would be no sign of life."""
        if self._flow is not None and self._flow.is_full:
            return
        sending = self._sent([message])
        try:
            step = start(sending)
        except Ended:
            return  # whoever reads from the client is told, too
        if not isinstance(step, Finished):
            sending.close()

    async def drained(self) -> None:
        """Wait until the transport takes more."""
        if self._flow is not None and self._flow.is_full and await self._flow.drained():
            self.has_read = True

    def _watch(self, patience: asyncio.Timeout) -> ReadingWatch | None:
        """End the patience once the client reads nothing. Who reads slowly has as long as it takes."""
        if self._flow is None:
            return None
        return ReadingWatch(self._flow, self._stall_seconds, partial(_end, patience), self._note_read)

    def _note_read(self) -> None:
        self.has_read = True

    async def _sent(self, messages: Sequence[Message]) -> None:
        try:
            for message in messages:
                await self._send(message)
        except OSError:
            raise Ended(None) from None  # uvicorn raises it when the client has disconnected
        await self.drained()


def _end(patience: asyncio.Timeout) -> None:
    patience.reschedule(asyncio.get_running_loop().time())
