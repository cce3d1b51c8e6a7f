"""One open subscription: which authors may concern it, and what waits to be sent."""

import asyncio
from collections import deque

from services.live.entries import Entry, Resync, Update


class Subscriber:
    """The updates on their way to one client, at most `buffer` of them.

    A client that does not read is ended by what writes to it. One that reads, but less than is written by those whom it follows,
    is told to read its timeline anew.
    """

    def __init__(self, viewer: int, buffer: int) -> None:
        """Begin without authors."""
        self.viewer = viewer
        self.authors: set[int] = set()
        self._buffer = buffer
        self._waiting: deque[Update] = deque()
        self._some = asyncio.Event()
        self._sent = (0, 0)

    def offer(self, update: Update) -> None:
        """Queue an update; one too many takes the place of all that wait, as a `Resync`."""
        if len(self._waiting) >= self._buffer:
            self._waiting.clear()
            update = Resync()
        self._waiting.append(update)
        self._some.set()

    def fresh(self, entry: Entry) -> bool:
        """Return whether an entry comes after what was sent; then note it as sent."""
        if entry.place <= self._sent:
            return False
        self._sent = entry.place
        return True

    async def next(self) -> Update:
        """Wait for the next update to send."""
        while True:
            if not self._waiting:
                self._some.clear()
                await self._some.wait()
            elif isinstance(update := self._waiting.popleft(), Resync):
                self._sent = (0, 0)  # a stream that begins anew may have lower places
                return update
            elif self.fresh(update):
                return update
