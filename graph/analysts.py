"""The analysts' graph, by the official driver: what a query would do, and the records of one that was let in.

Queries are what analysts write, so nothing here trusts them: they run in transactions that may only read, each with a limit that
the server keeps, and under a mark by which they are ended when nobody waits for them any more.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from errors import CypherTooExpensive, InvalidCypher, TooExpensive, Unavailable
from graph.analysts_errors import told
from graph.ids import new_id
from graph.migrations import Migration
from graph.queries import FOLDER

_DATABASE = "neo4j"
_FOLDER = FOLDER / "analysts_graph"
_END, _FRESHNESS, _FUNCTIONS = ((_FOLDER / f"{name}.cypher").read_text("utf-8") for name in ("end", "freshness", "functions"))
_VERSIONS = (5, 25)
"""Versions of Cypher that a query may name; each has functions of its own."""
SCHEMA: Sequence[str] = Migration.of(_FOLDER / "schema.cypher").statements
"""Statements that make what the graph is found by, before it is only read."""
ENDED = (_FOLDER / "ended.cypher").read_text("utf-8")
"""Statement that lists the transactions that were ended and are still there."""
_FETCHED = 200
"""Records that come at once: what a process unpacks without a pause, in ten milliseconds or so."""
_PLANNING = 10.0
"""Seconds for a plan. What takes longer is no question that somebody wrote by hand."""
_ENDING = 2.0
"""Seconds for ending a query on the server; after them its connection is closed."""
_SILENCE = 3.0
"""Seconds beyond its limit after which a server that says nothing is given up."""
_CONNECTING = 2.0
"""Seconds for a connection."""
_FAILURES = (Neo4jError, DriverError, OSError, ValueError, OverflowError, TypeError)
"""What the driver raises, also for parameters that it cannot write."""

Receive = Callable[[Sequence[str], Sequence[Any]], bool]
"""Takes the columns and the values of a record, and returns whether another one is wanted."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What the server would do: the tree of operators, and the type of the statement, `r` where it only reads."""

    plan: Mapping[str, Any]
    kind: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whose pseudonyms a graph has, up to when it knows everything, and when it was exported, both in milliseconds since 1970."""

    epoch: str
    mark: int
    made_at: int


@dataclass(frozen=True, slots=True)
class AnalystsGraph:
    """One graph, which is read and never changes."""

    driver: neo4j.AsyncDriver
    running: set["asyncio.Task[Any]"] = field(default_factory=set)

    @classmethod
    def open(cls, uri: str, user: str, password: str, connections: int) -> Self:
        """Make a driver with so many connections at most; it connects when first used."""
        driver = neo4j.AsyncGraphDatabase.driver(
            uri,
            auth=(user, password),
            max_connection_pool_size=connections,
            connection_acquisition_timeout=_CONNECTING,
            connection_timeout=_CONNECTING,
            max_transaction_retry_time=0,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
        )
        return cls(driver)

    async def close(self) -> None:
        """Let what runs finish, then close the connections."""
        await asyncio.gather(*self.running, return_exceptions=True)
        await self.driver.close()

    async def freshness(self) -> Freshness:
        """Return how fresh the graph is.

        Raises:
            Unavailable: it cannot be reached, or is none of ours.

        """
        found = await self._whole(_FRESHNESS, {}, _PLANNING)
        if found is None:
            raise Unavailable("The graph for analysts is not loaded yet. Try again in a moment.")
        return Freshness(found["epoch"], found["mark"], found["madeAt"])

    async def functions(self) -> frozenset[str]:
        """Return the names of all functions that a query may call, in lower case.

        Raises:
            Unavailable: the graph cannot be reached.

        """
        found = [await self._whole(f"CYPHER {version}\n{_FUNCTIONS}", {}, _PLANNING) for version in _VERSIONS]
        return frozenset(name.lower() for each in found if each is not None for name in each["names"])

    async def explain(self, text: str, parameters: Mapping[str, Any], seconds: float | None = None) -> Explained:
        """Let the server plan a query, without running it, for so long at most as it may run if that is little.

        Raises:
            InvalidCypher: it is none, or its parameters are not those that it names.
            CypherTooExpensive: it has no plan in time.
            Unavailable: the graph cannot be reached.

        """
        limit = _PLANNING if seconds is None else min(_PLANNING, seconds)
        try:
            # A planner does not notice that its time is over, so nobody waits for it to say so.
            async with asyncio.timeout(limit), self._session() as session:
                # On a line of its own, so that places in the text keep their columns.
                query = neo4j.Query(f"EXPLAIN\n{text}", timeout=limit)
                summary = await (await session.run(query, dict(parameters))).consume()
        except TimeoutError as error:
            raise CypherTooExpensive(TooExpensive.TIME, limit) from error
        except _FAILURES as error:
            raise told(error, limit, above=1) from error
        return Explained(summary.plan or {}, summary.query_type or "")

    async def run(self, text: str, parameters: Mapping[str, Any], seconds: float, receive: Receive) -> None:
        """Run a query for so long at most, and hand over its records until no more are wanted.

        When the caller is cancelled, the query ends on the server as well, before this returns.

        Raises:
            InvalidCypher: what it meets while it runs, such as a division by zero.
            CypherTooExpensive: it ran out of time or memory.
            Unavailable: the graph cannot be reached, or was replaced by a newer one.

        """
        mark = new_id()
        task = asyncio.create_task(self._run(text, parameters, seconds, receive, mark), name="analyst's query")
        self.running.add(task)
        task.add_done_callback(self._forget)
        try:
            async with asyncio.timeout(seconds + _SILENCE):
                await asyncio.shield(task)
        except TimeoutError as error:
            await self._end(task, mark)
            raise CypherTooExpensive(TooExpensive.TIME, seconds) from error
        except asyncio.CancelledError:
            await asyncio.shield(self._end(task, mark))
            raise
        except _FAILURES as error:
            raise told(error, seconds) from error

    async def _run(self, text: str, parameters: Mapping[str, Any], seconds: float, receive: Receive, mark: str) -> None:
        async with self._session() as session:
            transaction = await session.begin_transaction(metadata={"query": mark}, timeout=seconds)
            result = await transaction.run(text, dict(parameters))
            columns, taken, wanted = result.keys(), 0, True
            async for record in result:
                wanted = receive(columns, record.values())
                if not wanted:
                    break
                taken += 1
                if taken % _FETCHED == 0:
                    await asyncio.sleep(0)
            if not wanted:
                # A rollback would wait for the records that were asked for already.
                await self._terminate(mark)
            elif (await result.consume()).plan is not None:
                raise InvalidCypher("This explains a query and does not run it. Ask the query itself.")
            with suppress(Neo4jError):
                await transaction.close()

    async def _end(self, task: "asyncio.Task[None]", mark: str) -> None:
        """End a query on the server, and its task."""
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(_ENDING):
                await self._terminate(mark)
                await asyncio.wait([task])
        # One that had not begun yet is not found by its mark; this closes its connection.
        task.cancel()
        await asyncio.wait([task], timeout=_ENDING)

    async def _terminate(self, mark: str) -> None:
        await self._whole(_END, {"mark": mark}, _ENDING)

    async def _whole(self, text: str, parameters: Mapping[str, Any], seconds: float) -> neo4j.Record | None:
        """Run one of our own statements, and return its record."""
        try:
            async with asyncio.timeout(seconds + _SILENCE), self._session() as session:
                query = neo4j.Query(text, timeout=seconds)
                return await (await session.run(query, dict(parameters))).single()
        except (TimeoutError, Neo4jError, DriverError, OSError) as error:
            raise Unavailable from error

    def _session(self) -> neo4j.AsyncSession:
        return self.driver.session(database=_DATABASE, default_access_mode=neo4j.READ_ACCESS, fetch_size=_FETCHED)

    def _forget(self, task: "asyncio.Task[Any]") -> None:
        self.running.discard(task)
        if not task.cancelled():
            task.exception()
