"""One open subscription: which authors may concern it, and what waits to be sent."""

import asyncio
from collections import deque

from errors import Unavailable
from services.live.entries import Entry, Resync, Update


class FellBehind(Unavailable):
    """The client reads too slowly, so its stream ends. It may subscribe again with its last cursor."""

    def __init__(self) -> None:
        """Tell the client to subscribe again."""
        super().__init__("This stream fell behind. Subscribe again with your last cursor.")


class Subscriber:
    """The updates on their way to one client, at most `buffer` of them."""

    def __init__(self, viewer: int, buffer: int) -> None:
        """Begin without authors."""
        self.viewer = viewer
        self.authors: set[int] = set()
        self._buffer = buffer
        self._waiting: deque[Update] = deque()
        self._some = asyncio.Event()
        self._behind = False
        self._sent = (0, 0)

    def offer(self, update: Update) -> None:
        """Queue an update; one too many ends the subscription instead of filling memory."""
        if len(self._waiting) >= self._buffer:
            self._behind = True
            self._waiting.clear()
        elif not self._behind:
            self._waiting.append(update)
        self._some.set()

    def fresh(self, entry: Entry) -> bool:
        """Return whether an entry comes after what was sent; then note it as sent."""
        if entry.place <= self._sent:
            return False
        self._sent = entry.place
        return True

    async def next(self) -> Update:
        """Wait for the next update to send.

        Raises:
            FellBehind: more waited than the buffer holds.

        """
        while True:
            if self._behind:
                raise FellBehind
            if not self._waiting:
                self._some.clear()
                await self._some.wait()
            elif isinstance(update := self._waiting.popleft(), Resync):
                self._sent = (0, 0)  # a stream that begins anew may have lower places
                return update
            elif self.fresh(update):
                return update
