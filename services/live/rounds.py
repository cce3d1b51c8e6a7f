"""Rounds: what waits for the subscribers who can be sent something now is prepared for all of them together.

An event that concerns many is so looked up once, and what differs between its viewers comes for all in one round trip. Only what
can be written at once is prepared: while a client does not read, its updates wait as they are, and are looked up when it reads.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from services.live.entries import Entry
from services.live.notices import Notice
from services.live.subscriber import DeliveryStopped, Subscriber

EACH = 8
"""Most entries of one subscriber in a round."""
DELIVERIES = 4_000
"""Most entries of all subscribers in a round: what was looked up at its beginning is sent within about 0.1 s."""
SLOW = 0.05
"""Seconds after which the next round begins beside one that waits for the graph, for the subscribers who are not in it."""
BESIDE = 16
"""Most rounds at the same time."""

ResultT = TypeVar("ResultT")
SessionT = TypeVar("SessionT")


class RoundFailed(Exception):
    """A defect ended the streams of a round; it is the cause. Each stream has an error of its own, since each raises it."""

    @classmethod
    def by(cls, defect: Exception) -> "RoundFailed":
        """Make one for a stream."""
        failed = cls()
        failed.__cause__ = defect
        return failed


class Listener(Generic[SessionT, ResultT]):
    """A subscriber whose updates are prepared in rounds; `session` is what the preparing function knows of it."""

    __slots__ = ("_ended", "_rounds", "_waiting", "prepare", "session", "subscriber")

    def __init__(
        self, rounds: "Rounds", subscriber: Subscriber, session: SessionT, prepare: "Prepare[SessionT, ResultT]"
    ) -> None:
        """Begin with nothing asked for."""
        self.subscriber, self.session, self.prepare = subscriber, session, prepare
        self._rounds = rounds
        self._waiting: asyncio.Future[Sequence[ResultT]] | None = None
        self._ended: Exception | None = None

    async def results(self) -> Sequence[ResultT]:
        """Wait for the next results, in order. The caller must have sent the last ones.

        Raises:
            DeliveryStopped: nothing prepares results any more.
            Exception: what the listener was ended with.

        """
        if self._ended is not None:
            raise self._ended
        self._rounds.begin_waiting(self)
        self._waiting = asyncio.get_running_loop().create_future()
        self._rounds.join(self)
        try:
            return await self._waiting
        finally:
            self._waiting = None
            self._rounds.leave(self)

    def give(self, results: Sequence[ResultT]) -> None:
        """Hand results over. Without any, the listener joins the next round."""
        if self._waiting is None or self._waiting.done():
            return
        if results:
            self._waiting.set_result(results)
        else:
            self._rounds.join(self)

    def end(self, error: Exception) -> None:
        """Let whoever waits for results get an error, now or when it asks again."""
        self._ended = error
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)

    def become_ready(self) -> None:
        """Take part in the next round, unless nobody waits for results any more."""
        if self._waiting is not None:
            self._rounds.add(self)


AnyListener: TypeAlias = Listener[Any, Any]
_Taken: TypeAlias = tuple[AnyListener, list[Entry] | list[Notice]]
Taken: TypeAlias = Sequence[tuple[Listener[SessionT, ResultT], list[Entry] | list[Notice]]]
"""The listeners of a round, each with entries in order, or with one notice."""
Prepare: TypeAlias = Callable[[Taken[SessionT, ResultT]], Awaitable[None]]
"""Prepares a round: gives each listener its results, or ends it."""


class Rounds:
    """The listeners of a process, and the rounds that serve them."""

    def __init__(self, *, each: int = EACH, deliveries: int = DELIVERIES) -> None:
        """Begin with nobody. A round takes at most so many entries of each subscriber, and of all."""
        self._each, self._deliveries = each, deliveries
        self._ready: dict[AnyListener, None] = {}
        self._late: dict[AnyListener, None] = {}
        """Those for whom nothing waits but what could not be told before."""
        self._some, self._none, self._some_late = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._none.set()
        self._running: set[asyncio.Task[None]] = set()
        self._waiting: set[AnyListener] = set()
        self._stopped = False

    def begin_waiting(self, listener: AnyListener) -> None:
        """Take a listener in until it leaves.

        Raises:
            DeliveryStopped: nothing prepares results any more.

        """
        if self._stopped:
            raise DeliveryStopped
        self._waiting.add(listener)

    def stop(self) -> None:
        """End the listeners: there are no rounds any more."""
        self._stopped = True
        for listener in self._waiting:
            listener.end(DeliveryStopped())

    def join(self, listener: AnyListener) -> None:
        """Have a listener take part in a round when something waits for it, and in those of what could not be told before."""
        listener.subscriber.when_offered(listener.become_ready)
        if listener.subscriber.is_late and listener not in self._ready:
            self._late[listener] = None
            self._some_late.set()

    def add(self, listener: AnyListener) -> None:
        """Have a listener take part in the next round."""
        self._late.pop(listener, None)
        self._ready[listener] = None
        self._some.set()
        self._none.clear()

    def leave(self, listener: AnyListener) -> None:
        """Leave a listener out that has gone, or has its results."""
        self._waiting.discard(listener)
        self._late.pop(listener, None)
        if listener in self._ready:
            del self._ready[listener]
            if not self._ready:
                self._rest()

    async def caught_up(self, seconds: float) -> None:
        """Wait until nothing waits for those who can be sent something, at most for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._none.wait()
        except TimeoutError:
            return

    async def run(self) -> None:
        """Serve until cancelled."""
        try:
            while True:
                await self._some.wait()
                # Those who have their results write now, and take part again: two turns of the loop.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                if len(self._running) >= BESIDE:
                    await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                await self._begin()
        finally:
            running = list(self._running)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def run_late(self) -> None:
        """Try again what could not be told before, until cancelled: in rounds of its own, one at a time, beside all others."""
        while True:
            await self._some_late.wait()
            taken = list[_Taken]()
            for listener in list(self._late)[: self._deliveries]:
                del self._late[listener]
                if updates := listener.subscriber.take_late():
                    taken.append((listener, updates))
            if not self._late:
                self._some_late.clear()
            await asyncio.gather(*(_prepared(prepare, some) for prepare, some in _by_function(taken)))

    async def _begin(self) -> None:
        prepared = _by_function(self._take())
        tasks = [asyncio.create_task(_prepared(prepare, taken), name="round") for prepare, taken in prepared]
        if tasks:
            self._running.update(tasks)
            for task in tasks:
                task.add_done_callback(self._running.discard)
            await asyncio.wait(tasks, timeout=SLOW)

    def _take(self) -> Taken[Any, Any]:
        taken, left = [], self._deliveries
        for listener in list(self._ready):
            if left <= 0:
                break
            del self._ready[listener]
            updates = listener.subscriber.take(min(self._each, left))
            if updates:
                taken.append((listener, updates))
                left -= len(updates)
            else:
                self.join(listener)
        if not self._ready:
            self._rest()
        return taken

    def _rest(self) -> None:
        self._some.clear()
        self._none.set()


def _by_function(taken: Taken[Any, Any]) -> Iterable[tuple[Prepare[Any, Any], Taken[Any, Any]]]:
    by_function: dict[Prepare[Any, Any], list[_Taken]] = {}
    for listener, updates in taken:
        by_function.setdefault(listener.prepare, []).append((listener, updates))
    return by_function.items()


async def _prepared(prepare: Prepare[Any, Any], taken: Taken[Any, Any]) -> None:
    try:
        await prepare(taken)
    except Exception as error:  # noqa: BLE001 - it ends the streams of this round, which report it, and not those of others
        for listener, _ in taken:
            listener.end(RoundFailed.by(error))
