"""One open subscription: what waits to be sent."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from services.live.entries import Entry, Update
from services.live.notices import Notice, Resync, ResyncReason
from services.live.places import StreamPlace, earlier
from services.live.undelivered import Undelivered, UndeliveredPost

NOWHERE: StreamPlace = ("", 0, 0)
"""Stands before every entry."""


class DeliveryStopped(Exception):
    """A defect ended what delivers the live streams of this process: they end, since nothing would ever come."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What becomes of entries that cannot be told: what tells so, unless that was told, and those that are told all the same.

    The stream `ends` where something waits behind these that may end it.
    """

    notice: Resync | None
    again: Sequence[Entry]
    ends: bool = False


class Subscriber:
    """The updates on their way to one client, at most `buffer` of them and what it missed before it came.

    A client that does not read is ended by what writes to it. One that reads, but less than is written by those whom it follows,
    is told to read its timeline anew. Counts of a post wait once, however often they change. They come when nothing else waits,
    and take no room of the buffer: they are no more than the posts that it watches.

    Whatever takes the place of entries is followed by those of them that are not delivered: what is read then may lack them.
    """

    __slots__ = ("_buffer", "_counted", "_missed", "_owed", "_sent", "_stopped", "_undelivered", "_waiting", "_wake")

    def __init__(self, buffer: int, undelivered: Undelivered) -> None:
        """Begin with nothing."""
        self._buffer, self._undelivered = buffer, undelivered
        self._waiting: list[Update] = []  # most of the time empty, and then a deque would take 0.7 KB
        self._counted: dict[StreamPlace, Entry] | None = None
        self._missed = 0
        """How many of them, the first, were missed before it came; they do not count for the buffer."""
        self._wake: Callable[[], None] | None = None
        self._sent: StreamPlace = NOWHERE
        self._owed: StreamPlace = NOWHERE
        """Place up to which entries are told, though the client was told to read anew since they could not be."""
        self._stopped = False

    def offer(self, update: Update) -> None:
        """Queue an update; one too many takes the place of all that wait, as a `Resync`."""
        if len(self._waiting) - self._missed >= self._buffer:
            self._drop(update)
        else:
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

    def begin_with(self, notice: Notice, undelivered: Sequence[UndeliveredPost]) -> None:
        """Queue what a client is told first, then posts that it may not read yet, each at its place among all that waits."""
        if undelivered and all(isinstance(update, Entry) for update in self._waiting):  # else the hub has begun anew with them
            waits = {update.place for update in self._waiting}
            self._waiting += [each.entry for each in undelivered if each.entry.place not in waits]
            self._waiting.sort(key=attrgetter("place"))
        self.begin(notice)
        self._missed += len(undelivered)

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

    def given_up(self, lost: Sequence[Entry]) -> GivenUp:
        """Return what becomes of entries that were taken, all that are left of them from one on, and cannot be told.

        Before, it should be asked which of them are delivered: those may be told no more.
        """
        if lost and lost[-1].place <= self._owed:  # that was told before
            return GivenUp(None, lost, any(isinstance(each, Entry) and each.is_of_account for each in self._waiting))
        undelivered = self._undelivered.among(lost)
        place = undelivered[0].before if undelivered else self._sent
        return GivenUp(Resync(ResyncReason.UNAVAILABLE, place), [each.entry for each in undelivered])

    def take_back(self, entries: Sequence[Entry]) -> None:
        """Queue entries that were taken and given up, before all that waits: they are told once they can be."""
        if entries:
            self._waiting[:0] = entries
            self._missed += len(entries)
            self._sent, self._owed = earlier(entries[0].place), entries[-1].place
            self._notify()

    def _drop(self, update: Update) -> None:
        """Drop all that waits and an update, but for what tells so, and what may be found nowhere else."""
        dropped = [*self._waiting, update]
        of_account = [each for each in dropped if isinstance(each, Entry) and each.is_of_account]
        undelivered = self._undelivered.among(dropped)
        known = [each.missed for each in dropped if isinstance(each, Resync)]
        entries = sum(isinstance(each, Entry) for each in dropped) - len(undelivered)
        missed = None if None in known else sum(filter(None, known)) + entries
        resync = Resync(ResyncReason.TOO_SLOW, undelivered[0].before if undelivered else update.place, missed)
        self._waiting[:] = [*of_account[-1:], resync, *(each.entry for each in undelivered)]
        self._missed = len(self._waiting) if undelivered else 0

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
