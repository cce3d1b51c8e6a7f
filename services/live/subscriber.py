"""One open subscription: which authors concern it, and what waits to be sent."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator

from errors import Unavailable
from services.live.entries import Entry, place

REMEMBERED = 1_000
"""Ids of events that a subscriber knows it was given, so that an event announced twice is sent once."""


class FellBehind(Unavailable):
    """A subscriber did not take its events; it is to come back with its last cursor."""

    def __init__(self) -> None:
        """Tell the client what to do."""
        super().__init__("This stream fell behind. Subscribe again with your last cursor.")


class Subscriber:
    """Entries on their way to one client, at most `buffer` of them."""

    def __init__(self, viewer: int, buffer: int) -> None:
        """Concern nobody yet."""
        self.viewer = viewer
        self.authors: set[int] = set()
        self._buffer = buffer
        self._waiting: deque[Entry] = deque()
        self._given: OrderedDict[str, None] = OrderedDict()
        self._wake = asyncio.Event()
        self._behind = False
        self._sent = (0, 0)

    def offer(self, entry: Entry) -> None:
        """Queue an entry; one too many ends the subscription instead of filling memory."""
        if len(self._waiting) >= self._buffer:
            self._behind = True
        else:
            self._waiting.append(entry)
        self._wake.set()

    def fresh(self, entry: Entry) -> bool:
        """Tell whether an entry comes after what was sent and its event was not sent before; then note it as sent."""
        if place(entry.cursor) <= self._sent or entry.id in self._given:
            return False
        self._sent = place(entry.cursor)
        self._given[entry.id] = None
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)
        return True

    async def entries(self) -> AsyncIterator[Entry]:
        """Give entries as they come.

        Raises:
            FellBehind: more waited than the buffer holds.

        """
        while True:
            while self._waiting:
                if self._behind:
                    raise FellBehind
                entry = self._waiting.popleft()
                if self.fresh(entry):
                    yield entry
            self._wake.clear()
            if not self._waiting:
                await self._wake.wait()
