"""Sessions with Neo4j: one statement of the catalogue in, one value out.

Every statement returns one record with one column, because the driver's cost is per record. A write and the events that tell of
it are one transaction. Both go over pipelined connections of our own where the server lets them, and by the driver elsewhere.
Nothing waits without a limit: the connections, the server and the retries each have one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

import neo4j
from prometheus_client import CollectorRegistry

from errors import OutcomeUnknown, QueryTimeout, Unavailable
from graph.bolt.connecting import Connector, NotServed
from graph.bolt.exchange import Wait
from graph.bolt.metrics import PoolMetrics
from graph.bolt.reads import PipelinedReads
from graph.bolt.writes import PipelinedWrites
from graph.bookmarks import BookmarkJar
from graph.commit import Commit
from graph.errors import translated
from graph.idempotency import AlreadyMade, Once
from graph.outbox import OutboxEvent
from graph.plans import PLANNING, Form, Plans, form_of
from graph.queries import Catalogue, Statement
from graph.retries import retried
from graph.write import EventsOf, MadeOf, Statements, Write, Written

T = TypeVar("T")
Observer = Callable[[str, float], None]
"""Called with the name of each statement and the seconds it took."""

SILENCE = 1.0
"""Seconds beyond its own limits after which a server that does not answer is given up."""


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Limits of a driver; times in seconds, as `services/settings` explains them."""

    database: str = "neo4j"
    pool_size: int = 40
    acquire_timeout: float = 2.0
    read_timeout: float = 5.0
    write_timeout: float = 10.0
    pipelined: bool = True


def _unobserved(_name: str, _seconds: float) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The way to the graph.

    In a cluster, `as_viewer` gives one whose reads see that viewer's own writes, and `from_leader` one whose reads see all that
    was committed.
    """

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
    read_access: str = neo4j.READ_ACCESS
    """Which members of a cluster may be read: all, or the one that writes."""
    plans: Plans = field(default_factory=Plans)
    pipelined: PipelinedReads | None = None
    """The connections of reads; None where these go by the driver."""
    pipelined_writes: PipelinedWrites | None = None
    """The connections of writes; None where these go by the driver."""

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
        jar, plans = BookmarkJar(routed=uri.startswith("neo4j")), Plans()
        graph, connector = cls(driver, catalogue or Catalogue(), options, jar, plans=plans), None
        if options.pipelined:
            connector = Connector.of(uri, user, password, options.database, options.acquire_timeout)
        if connector is None:
            return graph
        reads, writes = PipelinedReads.of(connector, plans.drop), PipelinedWrites.of(connector, plans.drop)
        return replace(graph, pipelined=reads, pipelined_writes=writes)

    def as_viewer(self, viewer: str | None) -> "Graph":
        """Return the same graph, with the bookmarks of this viewer."""
        return replace(self, viewer=viewer) if self.bookmarks.routed else self

    def from_leader(self) -> "Graph":
        """Return the same graph, read from the member of a cluster that writes: for whatever fills a cache.

        A change removes what is cached once it is committed there. What another member has not heard of yet must not be stored
        after that: a lease only tells that nothing was committed since.
        """
        return replace(self, read_access=neo4j.WRITE_ACCESS) if self.bookmarks.routed else self

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Tell metrics of pipelined connections in a registry; to be called before the first statement."""
        if self.pipelined is None or self.pipelined_writes is None:
            return
        pools = {"short": self.pipelined.short, "slow": self.pipelined.slow, "writes": self.pipelined_writes.pool}
        for name, metrics in PoolMetrics.of(registry, prefix, tuple(pools)).items():
            pools[name].metrics = metrics

    async def close(self) -> None:
        """Let what runs finish, then close the connections."""
        await asyncio.gather(*self.running, return_exceptions=True)
        await self.plans.close()
        for connections in (self.pipelined, self.pipelined_writes):
            if connections is not None:
                await connections.close()
        await self.driver.close()

    async def read(self, name: str, /, *, timeout: float | None = None, **params: Any) -> Any:
        """Run a statement that only reads, and return its one value, or None without a record.

        Raises:
            QueryTimeout: the server stopped it after `timeout` seconds, by default the limit for reads.
            Unavailable: the graph cannot be reached.

        """
        statement, limit = self.catalogue[name], timeout or self.options.read_timeout
        form, began = await self._planned({name: params}), time.perf_counter()
        try:
            if self.pipelined is not None and self.pipelined.is_served:
                try:
                    return await self._read_pipelined(self.pipelined, form, statement, params, limit)
                except NotServed:
                    pass
            return await self._watched(form, lambda: self._read_by_driver(statement, params, limit), limit, QueryTimeout)
        finally:
            self.observe(name, time.perf_counter() - began)

    async def _read_pipelined(
        self, pipelined: PipelinedReads, form: Form, statement: Statement, params: Mapping[str, object], limit: float
    ) -> Any:
        """Read over connections of our own. A caller that is cancelled leaves the answer to be dropped when it comes."""
        wait, awaited = self._wait(limit), self._awaited()

        def attempt() -> Awaitable[Any]:
            return self.plans.watch(form, lambda: pipelined.ask(statement, params, limit, wait, awaited))

        return await retried(attempt, time.perf_counter() + wait.patience)

    async def _read_by_driver(self, statement: Statement, params: Mapping[str, object], limit: float) -> Any:
        async with self._session(self.read_access) as session:
            result = await session.run(neo4j.Query(statement.text, timeout=limit), dict(params))
            record = await result.single()
            return None if record is None else record[0]

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

        async def attempt() -> Any:
            try:
                written = await self.transact(write, commit)
            except (AlreadyMade, OutcomeUnknown):  # here, since the caller may be gone
                self.committed(())
                raise
            if written.events:
                self.committed(written.events)
            return written.value

        def given_up() -> Unavailable:
            if commit.is_sent:
                self.committed(())
            return commit.unanswered()

        form, began = await self._planned(write.statements), time.perf_counter()
        try:
            return await self._watched(form, attempt, self.options.write_timeout, given_up)
        finally:
            self.observe(name, time.perf_counter() - began)

    async def transact(self, write: Write, commit: Commit) -> Written:
        """Make one attempt of a write, with the errors of the driver; `commit` tells whether COMMIT was sent."""
        if self.pipelined_writes is not None and self.pipelined_writes.is_served:
            try:
                written = await self._transact_pipelined(self.pipelined_writes, write, commit)
            except NotServed:
                pass
            else:
                if written.bookmark is not None:
                    self.bookmarks.put(self.viewer, neo4j.Bookmarks.from_raw_values([written.bookmark]))
                return written
        return await self._transact_by_driver(write, commit)

    async def _transact_pipelined(self, pipelined: PipelinedWrites, write: Write, commit: Commit) -> Written:
        limit = self.options.write_timeout
        return await pipelined.run(write, commit, limit, self._wait(limit), self._awaited())

    async def _transact_by_driver(self, write: Write, commit: Commit) -> Written:
        async with self._session(neo4j.WRITE_ACCESS) as session:
            async with await session.begin_transaction(timeout=self.options.write_timeout) as transaction:
                ending = await write.run(transaction)
                if ending.commits:
                    await commit.send(transaction)
            self.bookmarks.put(self.viewer, await session.last_bookmarks())
        return Written(ending.value, ending.events)

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

    def _awaited(self) -> Collection[str]:
        """Return the bookmarks that a statement of this viewer waits for."""
        bookmarks = self.bookmarks.get(self.viewer)
        return () if bookmarks is None else bookmarks.raw_values

    def _session(self, access: str) -> neo4j.AsyncSession:
        return self.driver.session(
            database=self.options.database, default_access_mode=access, bookmarks=self.bookmarks.get(self.viewer)
        )

    async def _planned(self, statements: Statements) -> Form:
        """Return the form of statements of which the first is the main one, once the server has a plan for it."""
        name, params = next(iter(statements.items()))
        form = form_of(name, params) + tuple(statements)[1:]
        if not self.plans.is_planned(form):
            await self._finished(lambda: self.plans.plan(form, lambda: self._explain(statements)), PLANNING, Unavailable)
        return form

    def _patience(self, limit: float) -> float:
        """Return the seconds after which a server is given up that was to end a statement after `limit` seconds."""
        return limit + self.options.acquire_timeout + SILENCE

    def _wait(self, limit: float) -> Wait:
        """Return how long the answer may take to what a server is to end after `limit` seconds."""
        seconds = self._patience(limit)
        return Wait(seconds, asyncio.get_running_loop().time() + seconds)

    async def _watched(
        self, form: Form, attempt: Callable[[], Awaitable[T]], limit: float, unanswered: Callable[[], Exception]
    ) -> T:
        """Run an attempt that the server ends after `limit` seconds."""
        return await self._finished(lambda: self.plans.watch(form, attempt), self._patience(limit), unanswered)

    async def _finished(self, attempt: Callable[[], Awaitable[T]], seconds: float, unanswered: Callable[[], Exception]) -> T:
        """Run to the end even when the caller is cancelled, since cancelling would close the connection.

        After `seconds` it is given up with the error of `unanswered`. Then its connection is closed, so that nothing more is
        sent and the pool has room.
        """
        task = asyncio.ensure_future(retried(attempt, time.perf_counter() + seconds))
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
