"""Writes to one client, message by message, without a buffer of our own."""

import asyncio

from starlette.types import Message, Send

from eager import Finished, resume, start
from web.endings import SLOW, Ended


class ClientWriter:
    """Writes one message at a time, and ends the connection of a client that does not read.

    The transport takes 64 KiB, then waits until the client has read most of them. Only that wait is limited: a message that waits
    for its turn behind others is no sign of a slow client, so a burst ends nobody who reads.
    """

    __slots__ = ("_lock", "_send", "_stall_seconds", "_waiting", "has_read")

    def __init__(self, send: Send, stall_seconds: float) -> None:
        """Write by `send`; a client has `stall_seconds` to read what the transport holds."""
        self._send = send
        self._stall_seconds = stall_seconds
        self._lock = asyncio.Lock()
        self._waiting = 0
        self.has_read = False
        """Set when the client has read what a message waited for: it is alive, though it may be too busy to say so."""

    async def write(self, message: Message) -> None:
        """Send a message.

        Raises:
            Ended: the client does not read, or has disconnected.

        """
        if self._waiting:
            await self._write_in_turn(message)
            return
        sending = self._sent(message)
        step = start(sending)  # most messages need not wait, and a time limit would cost as much as they do
        if isinstance(step, Finished):
            return
        self._waiting += 1
        try:
            async with self._lock:
                async with self._limit():
                    await resume(sending, step)
                self.has_read = True
        except TimeoutError:
            raise Ended(SLOW) from None
        finally:
            self._waiting -= 1

    def offer(self, message: Message) -> None:
        """Send a message if that needs no wait: behind others it would be no sign of life."""
        if self._waiting:
            return
        sending = self._sent(message)
        try:
            step = start(sending)
        except Ended:
            return  # whoever reads from the client is told, too
        if not isinstance(step, Finished):
            sending.close()

    async def _write_in_turn(self, message: Message) -> None:
        self._waiting += 1
        try:
            async with self._lock:
                async with self._limit():
                    await self._sent(message)
                self.has_read = True
        except TimeoutError:
            raise Ended(SLOW) from None
        finally:
            self._waiting -= 1

    def _limit(self) -> asyncio.Timeout:
        return asyncio.timeout(self._stall_seconds)

    async def _sent(self, message: Message) -> None:
        try:
            await self._send(message)
        except OSError:
            raise Ended(None) from None  # uvicorn raises it when the client has disconnected
