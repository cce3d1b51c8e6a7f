"""One open subscription: what waits to be sent."""

import asyncio
from collections.abc import Callable, Sequence

from services.live.entries import Entry, Resync, Update


class Subscriber:
    """The updates on their way to one client, at most `buffer` of them and what it missed before it came.

    A client that does not read is ended by what writes to it. One that reads, but less than is written by those whom it follows,
    is told to read its timeline anew.
    """

    __slots__ = ("_buffer", "_sent", "_waiting", "_wake")

    def __init__(self, buffer: int) -> None:
        """Begin with nothing."""
        self._buffer = buffer
        self._waiting: list[Update] = []  # most of the time empty, and then a deque would take 0.7 KB
        self._wake: Callable[[], None] | None = None
        self._sent = (0, 0)

    def offer(self, update: Update) -> None:
        """Queue an update; one too many takes the place of all that wait, as a `Resync`."""
        if len(self._waiting) >= self._buffer:
            self._waiting.clear()
            update = Resync()
        self._waiting.append(update)
        if self._wake is not None:
            wake, self._wake = self._wake, None
            wake()

    def missed(self, updates: Sequence[Update]) -> None:
        """Queue what came before the subscriber was there, before all that waits; what is in both is sent once."""
        self._waiting[:0] = updates

    def take(self, most: int) -> list[Entry] | list[Resync]:
        """Take at most so many entries that are to be sent, in order, or one `Resync`; nothing if nothing waits."""
        taken: list[Entry] = []
        passed = 0
        for update in self._waiting:
            if len(taken) == most:
                break
            if isinstance(update, Resync):
                if taken:
                    break
                del self._waiting[: passed + 1]
                self._sent = (0, 0)  # a stream that begins anew may have lower places
                return [update]
            passed += 1
            if update.place > self._sent:
                self._sent = update.place
                taken.append(update)
        del self._waiting[:passed]
        return taken

    def when_offered(self, wake: Callable[[], None]) -> None:
        """Call a function once: when something waits, at once if something does already."""
        if self._waiting:
            wake()
        else:
            self._wake = wake

    async def next(self) -> Update:
        """Wait for the next update to send."""
        while not (taken := self.take(1)):
            offered = asyncio.Event()
            self.when_offered(offered.set)
            await offered.wait()
        return taken[0]
