"""One open subscription: what waits to be sent."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import TypeAlias

from services.live.entries import Entry, Update
from services.live.notices import Notice, Resync, ResyncReason, Started
from services.live.places import StreamPlace
from services.live.undelivered import Undelivered, UndeliveredPost

NOWHERE: StreamPlace = ("", 0, 0)
"""Stands before every entry."""

Concerns: TypeAlias = Callable[["Subscriber", Hashable], bool]
"""Whether a topic concerns a subscriber."""


class DeliveryStopped(Exception):
    """A defect ended what delivers the live streams of this process: they end, since nothing would ever come."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What becomes of an entry that cannot be told, and of those that were taken with it and come after it.

    A post that no page need have is told `late`, and `rest` as if it had not been taken. In all other cases all of them are lost,
    and a notice says so, unless one waits that says so, too.
    """

    notice: Resync | None = None
    late: UndeliveredPost | None = None
    rest: Sequence[Entry] = ()


class Subscriber:
    """The updates on their way to one client, at most `buffer` of them and what it missed before it came.

    A client that does not read is ended by what writes to it. One that reads, but less than is written by those whom it follows,
    is told to read its timeline anew. Counts of a post wait once, however often they change. They come when nothing else waits,
    and take no room of the buffer: they are no more than the posts that it watches.

    Where a client reads lists that fan-out fills, what lets it read a page is followed by all posts that are not delivered, also
    by those that it was told before: the page may lack them. One of these that cannot be told is told late, when nothing else
    waits, and holds up nothing. Once it is delivered, or nobody knows whether it is, the client is told to read a page instead.
    """

    __slots__ = (
        "_buffer", "_concerns", "_counted", "_late", "_missed", "_sent", "_stopped", "_undelivered", "_waiting", "_wake",
        "reads_lists", "tries_again",
    )

    def __init__(self, buffer: int, undelivered: Undelivered, concerns: Concerns) -> None:
        """Begin with nothing, and with pages that lack nothing."""
        self._buffer, self._undelivered, self._concerns = buffer, undelivered, concerns
        self.reads_lists = False
        """Whether its client reads pages of lists that fan-out fills."""
        self._waiting: list[Update] = []  # most of the time empty, and then a deque would take 0.7 KB
        self._counted: dict[StreamPlace, Entry] | None = None
        self._missed = 0
        """How many of them do not count for the buffer: they were missed before it came, or no page need have them."""
        self._wake: Callable[[], None] | None = None
        self._sent: StreamPlace = NOWHERE
        self._late: tuple[UndeliveredPost, ...] = ()
        """What could not be told and is tried again, the next first."""
        self.tries_again = False
        """Whether what was taken last could not be told before. What is new waits meanwhile."""
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
        if self._behind_last_notice():  # it waits since before all topics were known
            self._bring_back()
        self._waiting[:0] = [notice, *missed]
        self._missed += 1 + len(missed)

    def begin_with_page(self, notice: Notice) -> None:
        """Queue what a client is told first, which then reads a page, and what that may lack, before or among all that waits."""
        self._waiting.insert(0, notice)
        self._missed += 1
        self._bring_back()

    def lacking(self) -> Sequence[UndeliveredPost]:
        """Return, in order, the posts that a page of its client may lack."""
        return self._undelivered.about(partial(self._concerns, self)) if self.reads_lists else ()

    def _bring_back(self) -> None:
        """Queue what a page lacks that is read at the last notice that waits, or now if none does, each post at its place."""
        lacking, at = self.lacking(), self._behind_last_notice()
        if not lacking:
            return
        behind = self._waiting[at:]
        waits = {update.place for update in behind}
        left = [each.entry for each in lacking if each.entry.place not in waits]
        self._waiting[at:] = sorted([*behind, *left], key=attrgetter("place"))
        self._missed += len(left)
        if at and not isinstance(notice := self._waiting[at - 1], Entry):
            self._waiting[at - 1] = replace(notice, place=min(notice.place, lacking[0].before))

    def _behind_last_notice(self) -> int:
        """Return where that begins which waits behind the last notice; 0 if none waits."""
        waiting = self._waiting
        return next((at for at in range(len(waiting), 0, -1) if not isinstance(waiting[at - 1], Entry)), 0)

    def take(self, most: int) -> list[Entry] | list[Notice]:
        """Take at most so many entries that are to be sent, in order, or one notice; nothing if nothing waits.

        Counts come last. A client that has them has all that happened up to `told_up_to`.
        """
        taken: list[Entry] = []
        passed, self.tries_again = 0, False
        for update in self._waiting:
            if len(taken) == most:
                break
            if not isinstance(update, Entry):
                if taken:
                    break
                self._remove(passed + 1)
                self._sent, self._late = update.place, ()  # what follows has them
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

    def take_beginning(self) -> Started | None:
        """Take the notice that the stream begins, if it comes next: it depends on nothing that is to be looked up."""
        if self._waiting and isinstance(notice := self._waiting[0], Started):
            self.take(1)
            return notice
        return None

    def take_late(self) -> list[Entry]:
        """Take an entry that could not be told before, to try it again; nothing while anything else waits."""
        if self.waits or not self._late:
            return []
        first, *others = self._late
        self._late, self._wake, self.tries_again = tuple(others), None, True
        return [first.entry]

    @property
    def is_late(self) -> bool:
        """Whether something could not be told that is to be tried again."""
        return bool(self._late)

    @property
    def told_up_to(self) -> StreamPlace:
        """Return the place up to which everything was taken, and nothing is told late."""
        return min((each.before for each in self._late), default=self._sent)

    @property
    def waits(self) -> bool:
        """Whether something waits to be taken that was not tried before."""
        return bool(self._waiting or self._counted)

    def _remove(self, count: int) -> None:
        del self._waiting[:count]
        self._missed = max(0, self._missed - count)

    def given_up(self, lost: Sequence[Entry]) -> GivenUp:
        """Return what becomes of entries that were taken, all that are left of them from one on that cannot be told.

        Before, it should be asked which of them are delivered: those may be told no more.
        """
        if self.reads_lists and (late := self._undelivered.among(lost[:1])):
            return GivenUp(late=late[0], rest=lost[1:])
        if self._behind_last_notice():
            return GivenUp()
        return GivenUp(Resync(ResyncReason.UNAVAILABLE, min((self._sent, *(each.before for each in self.lacking()[:1])))))

    def take_back(self, given_up: GivenUp) -> None:
        """Queue what is told all the same, when it was told what is lost."""
        if given_up.late is not None:
            self._late += (given_up.late,)
            self._waiting[:0] = given_up.rest
            self._missed += len(given_up.rest)
            self._sent = min(self._sent, given_up.late.entry.place)
        elif given_up.notice is not None:
            self._late, self._sent = (), given_up.notice.place
            self._bring_back()
        self._notify()

    def _drop(self, update: Update) -> None:
        """Drop all that waits and an update, but for what tells so, and what may be found nowhere else."""
        dropped, lacking = [*self._waiting, update], self.lacking()
        of_account = [each for each in dropped if isinstance(each, Entry) and each.is_of_account]
        known = [each.missed for each in dropped if isinstance(each, Resync)]
        told = {each.entry.place for each in lacking}
        entries = sum(isinstance(each, Entry) and each.place not in told for each in dropped)
        missed = None if None in known else sum(filter(None, known)) + entries
        resync = Resync(ResyncReason.TOO_SLOW, lacking[0].before if lacking else update.place, missed)
        self._waiting[:] = [*of_account[-1:], resync, *(each.entry for each in lacking)]
        self._missed = len(self._waiting) if lacking else 0

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
        while not (taken := self.take(1) or self.take_late()):
            if self._stopped:
                raise DeliveryStopped
            offered = asyncio.Event()
            self.when_offered(offered.set)
            await offered.wait()
        return taken[0]
