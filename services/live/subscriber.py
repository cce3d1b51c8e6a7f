"""One open subscription: what waits to be sent."""

import asyncio
from collections.abc import Callable, Sequence

from services.live.entries import Entry, Update
from services.live.notices import Notice, Resync, ResyncReason
from services.live.places import StreamPlace


class DeliveryStopped(Exception):
    """A defect ended what delivers the live streams of this process: they end, since nothing would ever come."""


class Subscriber:
    """The updates on their way to one client, at most `buffer` of them and what it missed before it came.

    A client that does not read is ended by what writes to it. One that reads, but less than is written by those whom it follows,
    is told to read its timeline anew. Counts of a post wait once, however often they change. They come when nothing else waits,
    and take no room of the buffer: they are no more than the posts that it watches.
    """

    __slots__ = ("_buffer", "_counted", "_missed", "_sent", "_stopped", "_waiting", "_wake")

    def __init__(self, buffer: int) -> None:
        """Begin with nothing."""
        self._buffer = buffer
        self._waiting: list[Update] = []  # most of the time empty, and then a deque would take 0.7 KB
        self._counted: dict[StreamPlace, Entry] | None = None
        self._missed = 0
        """How many of them, the first, were missed before it came; they do not count for the buffer."""
        self._wake: Callable[[], None] | None = None
        self._sent: StreamPlace = ("", 0, 0)
        self._stopped = False

    def offer(self, update: Update) -> None:
        """Queue an update; one too many takes the place of all that wait, as a `Resync`."""
        if len(self._waiting) - self._missed >= self._buffer:
            update = self._dropped(update)
        self._waiting.append(update)
        self._notify()

    def count(self, entry: Entry) -> None:
        """Queue the counts of a post, unless they wait already: they are read when they are told."""
        if self._counted is None:
            self._counted = {}
        self._counted.setdefault(entry.place, entry)
        self._notify()

    def stop(self) -> None:
        """Let whoever waits for an update get `DeliveryStopped` once nothing waits any more."""
        self._stopped = True
        self._notify()

    def begin(self, notice: Notice, missed: Sequence[Entry] = ()) -> None:
        """Queue what a client is told first, and what it missed, before all that waits; what is in both is sent once."""
        self._waiting[:0] = [notice, *missed]
        self._missed = 1 + len(missed)

    def take(self, most: int) -> list[Entry] | list[Notice]:
        """Take at most so many entries that are to be sent, in order, or one notice; nothing if nothing waits.

        Counts come last. A client that has them has all that happened up to `sent`.
        """
        taken: list[Entry] = []
        passed = 0
        for update in self._waiting:
            if len(taken) == most:
                break
            if not isinstance(update, Entry):
                if taken:
                    break
                self._remove(passed + 1)
                self._sent = update.place
                return [update]
            passed += 1
            if update.place > self._sent:
                self._sent = update.place
            elif not update.is_of_account:  # it may end the stream, also if it came before what is told
                continue
            taken.append(update)
        self._remove(passed)
        if self._counted and not self._waiting:
            taken += self._take_counted(most - len(taken))
        return taken

    def _take_counted(self, most: int) -> list[Entry]:
        taken, waiting = list[Entry](), self._counted or {}
        for place in sorted(waiting)[:most]:  # in order, as all that is taken together
            taken.append(waiting.pop(place))
        if not waiting:
            self._counted = None
        return taken

    @property
    def sent(self) -> StreamPlace:
        """Return the place of the last update that was taken, but for counts."""
        return self._sent

    @property
    def waits(self) -> bool:
        """Whether something waits to be taken."""
        return bool(self._waiting or self._counted)

    def _remove(self, count: int) -> None:
        del self._waiting[:count]
        self._missed = max(0, self._missed - count)

    def _dropped(self, update: Update) -> Resync:
        """Drop all that waits and an update, and return what tells so."""
        dropped = [*self._waiting, update]
        of_account = [each for each in dropped if isinstance(each, Entry) and each.is_of_account]
        self._waiting[:], self._missed = of_account[-1:], 0
        known = [each.missed for each in dropped if isinstance(each, Resync)]
        missed = None if None in known else sum(filter(None, known)) + sum(isinstance(each, Entry) for each in dropped)
        return Resync(ResyncReason.TOO_SLOW, update.place, missed)

    def _notify(self) -> None:
        if self._wake is not None:
            wake, self._wake = self._wake, None
            wake()

    def when_offered(self, wake: Callable[[], None]) -> None:
        """Call a function once: when something waits, at once if something does already."""
        if self.waits:
            wake()
        else:
            self._wake = wake

    async def next(self) -> Update:
        """Wait for the next update to send.

        Raises:
            DeliveryStopped: there will be none.

        """
        while not (taken := self.take(1)):
            if self._stopped:
                raise DeliveryStopped
            offered = asyncio.Event()
            self.when_offered(offered.set)
            await offered.wait()
        return taken[0]
