"""Sessions with Neo4j: one statement of the catalogue in, one value out.

Every statement returns one record with one column, because the driver's cost is per record. A write and the events that
tell of it are one transaction. Nothing waits without a limit: the pool, the server and the retries each have one.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import Any, Self, TypeVar

import neo4j
from neo4j.exceptions import Neo4jError, ServiceUnavailable, SessionExpired

from errors import OutcomeUnknown, QueryTimeout, Unavailable
from graph.bookmarks import BookmarkJar
from graph.commit import Commit
from graph.errors import translated
from graph.idempotency import AlreadyMade, Once
from graph.outbox import OutboxEvent
from graph.plans import PLANNING, Plans, form_of
from graph.queries import Catalogue
from graph.write import EventsOf, MadeOf, Statements, Write

T = TypeVar("T")
Observer = Callable[[str, float], None]
"""Called with the name of each statement and the seconds it took."""

_chance = SystemRandom()

ATTEMPTS = 3
"""Runs of a statement at most: the first, and two after an error that the server calls transient."""
SILENCE = 1.0
"""Seconds beyond its own limits after which a server that does not answer is given up."""
LOCKED = (
    "Neo.TransientError.Transaction.DeadlockDetected",
    "Neo.TransientError.Transaction.LockAcquisitionTimeout",
)
"""What the server tells one of two writes that wait for each other, as when two users follow each other at the same moment, and
one that waited too long. The other one goes on, so trying again helps."""
LOCKED_ATTEMPTS = 12
"""Runs of a statement that meets locks at most; in a crowd it takes a few."""
LONGEST_PAUSE = 0.5
"""Seconds between two runs at most."""
FIRST_PAUSE = 0.02
"""Seconds before the second run at most; each further pause is twice as long, and some of it left to chance, so that those
who met once do not meet again."""


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Limits of a driver; times in seconds, as `services/settings` explains them."""

    database: str = "neo4j"
    pool_size: int = 40
    acquire_timeout: float = 2.0
    read_timeout: float = 5.0
    write_timeout: float = 10.0


def _unobserved(_name: str, _seconds: float) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The way to the graph. `as_viewer` gives one whose reads see that viewer's own writes in a cluster."""

    driver: neo4j.AsyncDriver
    catalogue: Catalogue
    options: GraphOptions
    bookmarks: BookmarkJar
    running: set["asyncio.Task[Any]"] = field(default_factory=set)
    observe: Observer = _unobserved
    committed: Callable[[Sequence[OutboxEvent]], None] = lambda _events: None
    """Called with the events of each transaction that has some, once it is committed; with none where one may have been committed
    and nobody was called: its answer was lost, or a key shows that it was done before."""
    viewer: str | None = None
    plans: Plans = field(default_factory=Plans)

    @classmethod
    def open(
        cls, uri: str, user: str, password: str, options: GraphOptions | None = None, *, catalogue: Catalogue | None = None
    ) -> Self:
        """Make a driver; it connects when first used, so a graph that is down does not stop the start."""
        options = options or GraphOptions()
        driver = neo4j.AsyncGraphDatabase.driver(
            uri,
            auth=(user, password),
            max_connection_pool_size=options.pool_size,
            connection_acquisition_timeout=options.acquire_timeout,
            connection_timeout=options.acquire_timeout,
            notifications_min_severity="OFF",
        )
        return cls(driver, catalogue or Catalogue(), options, BookmarkJar(routed=uri.startswith("neo4j")))

    def as_viewer(self, viewer: str | None) -> "Graph":
        """Return the same graph, with the bookmarks of this viewer."""
        return replace(self, viewer=viewer) if self.bookmarks.routed else self

    async def close(self) -> None:
        """Let what runs finish, then close the connections."""
        await asyncio.gather(*self.running, return_exceptions=True)
        await self.plans.close()
        await self.driver.close()

    async def read(self, name: str, /, *, timeout: float | None = None, **params: Any) -> Any:
        """Run a statement that only reads, and return its one value, or None without a record.

        Raises:
            QueryTimeout: the server stopped it after `timeout` seconds, by default the limit for reads.
            Unavailable: the graph cannot be reached.

        """
        text, limit = self.catalogue[name].text, timeout or self.options.read_timeout

        async def attempt() -> Any:
            async with self._session(neo4j.READ_ACCESS) as session:
                result = await session.run(neo4j.Query(text, timeout=limit), params)
                record = await result.single()
                return None if record is None else record[0]

        return await self._run({name: params}, attempt, limit, QueryTimeout)

    async def write(
        self, name: str, /, *, events: EventsOf | None = None, once: Once | None = None, made: MadeOf | None = None, **params: Any
    ) -> Any:
        """Run a statement that writes, with its events in the same transaction, and return its one value.

        A statement that returns no record has changed nothing; then there are no events either. With `once`, it is done once
        for this key, and `made` says which id the key then stands for.

        Raises:
            AlreadyMade: it was done before, under the same key.
            Conflict: the key was used for something else.
            ConstraintViolated: a uniqueness constraint refused it.
            QueryTimeout: the server stopped it; nothing was written.
            Unavailable: the graph cannot be reached, and nothing was written.
            OutcomeUnknown: the answer to the commit was lost, so it was written or not. It is not tried again.

        """
        write, commit = Write(self.catalogue, name, params, events, once, made), Commit()
        limit = self.options.write_timeout

        async def attempt() -> Any:
            try:
                async with self._session(neo4j.WRITE_ACCESS) as session:
                    async with await session.begin_transaction(timeout=limit) as transaction:
                        value, written = await write.run(transaction)
                        if not transaction.closed():
                            await commit.send(transaction)
                    self.bookmarks.put(self.viewer, await session.last_bookmarks())
            except (AlreadyMade, OutcomeUnknown):  # here, since the caller may be gone
                self.committed(())
                raise
            if written:
                self.committed(written)
            return value

        def given_up() -> Unavailable:
            if commit.is_sent:
                self.committed(())
            return commit.unanswered()

        return await self._run(write.statements, attempt, limit, given_up)

    async def check_unused(self, once: Once) -> None:
        """Raise AlreadyMade where a key was used before, before anything else is checked that may have changed since.

        Raises:
            AlreadyMade: it was used for the same.
            Conflict: it was used for something else.
            Unavailable: the graph cannot be reached.

        """
        found = await self.read("idempotency/find", id=once.id, since=once.since)
        if found is not None:
            self.committed(())
            raise once.used(*found)

    async def plan(self, name: str) -> None:
        """Let the server plan a statement with its example, without running it.

        Raises:
            Unavailable: the graph cannot be reached.

        """
        example = self.catalogue[name].example
        with translated():
            await self.plans.plan(form_of(name, example), lambda: self._explain({name: example}))

    async def _explain(self, statements: Mapping[str, Mapping[str, object]]) -> None:
        async with self._session(neo4j.READ_ACCESS) as session:
            for name, params in statements.items():
                query = neo4j.Query(f"EXPLAIN {self.catalogue[name].text}", timeout=PLANNING)
                await (await session.run(query, dict(params))).consume()

    async def ping(self) -> None:
        """Make one round trip; raise Unavailable when the graph does not answer."""
        await self.read("users/ping")

    def _session(self, access: str) -> neo4j.AsyncSession:
        return self.driver.session(
            database=self.options.database, default_access_mode=access, bookmarks=self.bookmarks.get(self.viewer)
        )

    async def _run(
        self, statements: Statements, attempt: Callable[[], Awaitable[T]], limit: float, unanswered: Callable[[], Exception]
    ) -> T:
        """Run an attempt whose main statement is the first, once it is planned.

        The server ends a statement after `limit` seconds; a server that says nothing at all is given up a little later.
        """
        name, params = next(iter(statements.items()))
        form = form_of(name, params) + tuple(statements)[1:]
        if not self.plans.is_planned(form):
            await self._finished(lambda: self.plans.plan(form, lambda: self._explain(statements)), PLANNING, Unavailable)
        began = time.perf_counter()
        try:
            seconds = limit + self.options.acquire_timeout + SILENCE
            return await self._finished(lambda: self.plans.watch(form, attempt), seconds, unanswered)
        finally:
            self.observe(name, time.perf_counter() - began)

    async def _finished(self, attempt: Callable[[], Awaitable[T]], seconds: float, unanswered: Callable[[], Exception]) -> T:
        """Run to the end even when the caller is cancelled, since cancelling would close a pooled connection.

        After `seconds` it is given up with the error of `unanswered`. Then its connection is closed, so that nothing more is
        sent and the pool has room.
        """
        task = asyncio.ensure_future(self._retried(attempt, time.perf_counter() + seconds))
        self.running.add(task)
        task.add_done_callback(self._forget)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(task)
        except TimeoutError as error:
            task.cancel()
            raise unanswered() from error

    def _forget(self, task: "asyncio.Task[Any]") -> None:
        self.running.discard(task)
        if not task.cancelled():
            task.exception()

    async def _retried(self, attempt: Callable[[], Awaitable[T]], end: float) -> T:
        pause = FIRST_PAUSE
        with translated():
            for number in itertools.count(1):
                try:
                    return await attempt()
                except (Neo4jError, SessionExpired, ServiceUnavailable) as error:
                    if not error.is_retryable() or number >= _attempts(error) or time.perf_counter() > end:
                        raise
                await asyncio.sleep(pause * _chance.uniform(0.5, 1.0))
                pause = min(LONGEST_PAUSE, pause * 2)
            raise AssertionError("counting never ends")


def _attempts(error: Neo4jError | SessionExpired | ServiceUnavailable) -> int:
    return LOCKED_ATTEMPTS if getattr(error, "code", None) in LOCKED else ATTEMPTS
