"""Connections that share the statements of a process: who comes is sent on the one that has least to do, or waits for room."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from neo4j.exceptions import ConnectionAcquisitionTimeoutError, DriverError, Neo4jError, ServiceUnavailable

from graph.bolt.connecting import NotServed
from graph.bolt.connection import BoltConnection, Owner
from graph.bolt.exchange import Exchange, Wait
from graph.bolt.metrics import PoolMetrics

MOST_WAITING = 10_000
"""Statements that may wait for room at once; more are refused before they fill memory."""
PAUSE = 1.0
"""Seconds before another connection is tried where one failed while others serve."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How much a pool does at a time.

    Attributes:
        connections: it has at most; each is a thread of the server while a statement runs.
        each: statements that may be on their way on one connection; one that is slow holds up those behind it.
        wait: seconds that a statement waits for room.

    """

    connections: int
    each: int
    wait: float


class BoltPool:
    """Connections, made when they are first needed, and again when they broke."""

    def __init__(
        self, connect: Callable[[Owner], Awaitable[BoltConnection]], limits: PoolLimits, lost: Callable[[], None]
    ) -> None:
        """Connect by `connect`; `lost` is called when the last connection broke."""
        self._connect = connect
        self._limits = limits
        self._lost = lost
        self._connections: list[BoltConnection] = []
        self._retired: set[BoltConnection] = set()
        self._queue: deque[tuple[Exchange, float]] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._grows_at = 0.0
        self._closed = False
        self.metrics: PoolMetrics | None = None

    @property
    def connections(self) -> int:
        """How many connections it has."""
        return len(self._connections)

    @property
    def waiting(self) -> int:
        """How many statements wait for an answer or for room."""
        return len(self._queue) + sum(each.load for each in self._connections)

    def ask(self, packed: bytes, wait: Wait) -> "asyncio.Future[Any]":
        """Send a statement, or let it wait for room; return the future of its value.

        Raises:
            ServiceUnavailable: it is closed.
            ConnectionAcquisitionTimeoutError: too many wait already.

        """
        return self.send(Exchange(packed, asyncio.get_running_loop().create_future(), wait))

    def send(self, exchange: Exchange) -> "asyncio.Future[Any]":
        """Send a request, or let it wait for room; return the future of its answer, with the errors of `ask`."""
        if self._closed:
            raise ServiceUnavailable("The connections are closed.")
        connection = None if self._queue else self._least_loaded()
        if connection is None:
            self._wait(exchange)
        else:
            connection.send(exchange)
            if connection.load == 1:
                return exchange.answer
        self._grow()
        return exchange.answer

    def give_up(self, exchange: Exchange) -> None:
        """Send nothing more of a request for which nobody waits any more; break its connection, if it has one."""
        for each in (*self._connections, *self._retired):
            each.give_up(exchange)

    async def close(self) -> None:
        """Let what runs finish, then close the connections for good."""
        self._closed = True
        answers = [each.answer for each, _ in self._queue] + [
            answer for each in (*self._connections, *self._retired) for answer in each.answers
        ]
        if answers:
            await asyncio.wait(answers)  # each has an end of its own
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        if self._alarm is not None:
            self._alarm.cancel()
        ending = [*self._connections, *self._retired]
        for each in ending:
            each.close()
        await asyncio.gather(*(each.wait_lost() for each in ending))

    def has_room(self) -> None:
        """Send what waits on whatever has room."""
        queue = self._queue
        while queue:
            if queue[0][0].answer.done():
                queue.popleft()
                continue
            connection = self._least_loaded()
            if connection is None:
                return
            connection.send(queue.popleft()[0])

    def has_expired(self) -> None:
        """Use no connection any more that was authenticated before."""
        retired, self._connections = self._connections, []
        self._count(-len(retired))
        self._retired.update(retired)
        for each in retired:
            each.retire()
        if self._queue:
            self._grow()

    def is_lost(self, connection: BoltConnection) -> None:
        """Forget a connection, and make another for what waits."""
        self._retired.discard(connection)
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        self._count(-1)
        if self._closed:
            return
        if self.metrics is not None:
            self.metrics.lost.inc()
        if not self._connections:
            self._lost()
        if self._queue:
            self._grow()

    def _least_loaded(self) -> BoltConnection | None:
        """Return the open connection with fewest answers to come, if it has room."""
        least, load = None, self._limits.each
        for each in self._connections:
            if each.load < load and each.is_open:
                if not each.load:
                    return each
                least, load = each, each.load
        return least

    def _wait(self, exchange: Exchange) -> None:
        if len(self._queue) >= MOST_WAITING:
            raise self._refusal("Too many statements wait already.")
        loop = asyncio.get_running_loop()
        until = loop.time() + self._limits.wait
        self._queue.append((exchange, until))
        if self._alarm is None:
            self._alarm = loop.call_at(until, self._look_at_time)

    def _look_at_time(self) -> None:
        """Refuse who has waited for room for too long."""
        self._alarm, loop = None, asyncio.get_running_loop()
        now = loop.time()
        while self._queue and (self._queue[0][1] <= now or self._queue[0][0].answer.done()):
            exchange, _ = self._queue.popleft()
            if not exchange.answer.done():
                exchange.fail(self._refusal("No connection had room in time."))
        if self._queue:
            self._alarm = loop.call_at(self._queue[0][1], self._look_at_time)

    def _grow(self) -> None:
        """Begin to open another connection, unless there are enough."""
        if self._connecting is not None or len(self._connections) >= self._limits.connections:
            return
        if self._connections and asyncio.get_running_loop().time() < self._grows_at:
            return
        self._connecting = asyncio.create_task(self._add(), name="connecting to Neo4j")
        self._connecting.add_done_callback(self._has_connected)

    async def _add(self) -> None:
        try:
            connection = await self._connect(self)
        except (Neo4jError, DriverError, NotServed) as error:
            self._grows_at = asyncio.get_running_loop().time() + PAUSE
            if not self._connections:
                queue, self._queue = self._queue, deque()
                for each, _ in queue:
                    each.fail(error)
            return
        if connection.is_open:
            self._connections.append(connection)
            self._count(1)
            self.has_room()

    def _has_connected(self, connecting: "asyncio.Task[None]") -> None:
        self._connecting = None
        if not connecting.cancelled():
            connecting.result()
        if self._queue and not self._closed:
            self._grow()

    def _count(self, more: int) -> None:
        if self.metrics is not None:
            self.metrics.connections.inc(more)

    def _refusal(self, message: str) -> ConnectionAcquisitionTimeoutError:
        """Return the error for who found no room, and count it."""
        if self.metrics is not None:
            self.metrics.refused.inc()
        return ConnectionAcquisitionTimeoutError(message)
