"""The analysts' graph, by the official driver: what a query would do, and the records of one that was let in.

Queries are what analysts write, so nothing here trusts them: they run in transactions that may only read, each with a limit that
the server keeps, and under a mark by which they are ended when nobody waits for them any more.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import neo4j
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from errors import CypherTooExpensive, InvalidCypher, TooExpensive, Unavailable
from graph.analysts_errors import ServerEnded, told
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
"""Records that are asked for at once."""
_PLANNING = 10.0
"""Seconds for a plan. What takes longer is no question that somebody wrote by hand."""
_ENDING = 2.0
"""Seconds for a statement that ends a query on the server."""
_LOOKS, _LOOK_AGAIN = 20, 0.1
"""How often it is looked whether a query is gone that was ended, with seconds between. A server that answers all of these had the
time to end it, however busy its machine is: what is still there is most likely one expression, which cannot be ended."""
_ENDING_AT_MOST = 10.0
"""Seconds for all of them."""
_SILENCE = 3.0
"""Seconds beyond its limit after which a server that says nothing is given up."""
_CONNECTING = 2.0
"""Seconds for a connection."""
_FAILURES = (Neo4jError, DriverError, OSError, ValueError, OverflowError, TypeError)
"""What the driver raises, also for parameters that it cannot write."""

Receive = Callable[[Sequence[Any]], bool]
"""Takes the values of a record, and returns whether another one is wanted."""


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

    @classmethod
    def open(cls, uri: str, user: str, password: str, connections: int) -> Self:
        """Make a driver with so many connections at most; it connects when first used."""
        driver = neo4j.AsyncGraphDatabase.driver(
            uri,
            auth=(user, password),
            max_connection_pool_size=connections,
            connection_acquisition_timeout=_CONNECTING,
            connection_timeout=_CONNECTING,
            # A server that was started again has ended every connection, and who asks next need not notice.
            liveness_check_timeout=0,
            max_transaction_retry_time=0,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
        )
        return cls(driver)

    async def close(self) -> None:
        """Close the connections."""
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

    async def run(
        self, text: str, parameters: Mapping[str, Any], seconds: float, mark: str, receive: Receive
    ) -> Sequence[str]:
        """Run a query under a mark for so long at most, hand over its records until no more are wanted, and return its columns.

        The driver has a record in memory as a whole before anybody can tell how large it is, so this is for processes that may
        die. Where it ends early the query may go on, on the server: `end` ends it there.

        Raises:
            InvalidCypher: what it meets while it runs, such as a division by zero.
            CypherTooExpensive: it ran out of time or memory, or a value is nested too deeply.
            ServerEnded: the connection broke while it ran.
            Unavailable: the graph cannot be reached, or was replaced by a newer one.

        """
        began = False
        try:
            async with self._session() as session:
                transaction = await session.begin_transaction(metadata={"query": mark}, timeout=seconds)
                began = True
                return await _received(session, transaction, await transaction.run(text, dict(parameters)), receive)
        except RecursionError as error:
            raise CypherTooExpensive(TooExpensive.NESTING) from error
        except (ServiceUnavailable, SessionExpired, OSError) as error:
            raise (ServerEnded() if began else told(error, seconds)) from error
        except _FAILURES as error:
            raise told(error, seconds) from error

    async def end(self, mark: str) -> bool:
        """End the queries under a mark, and return whether they are gone. One expression, for one, goes on until it is computed.

        Raises:
            Unavailable: the graph cannot be reached, so nobody knows.

        """
        try:
            async with asyncio.timeout(_ENDING_AT_MOST):
                for _ in range(_LOOKS):
                    found = await self._whole(_END, {"mark": mark}, _ENDING)
                    if found is None or not found["ended"]:
                        return True
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError as error:
            raise Unavailable from error
        return False

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


async def _received(
    session: neo4j.AsyncSession, transaction: neo4j.AsyncTransaction, result: neo4j.AsyncResult, receive: Receive
) -> Sequence[str]:
    """Hand over the records of a query, and return its columns. What is not read to its end gives up its connection.

    Raises:
        InvalidCypher: it explains a query and does not run it.

    """
    whole = False
    try:
        async for record in result:
            if not receive(record.values()):
                return result.keys()
        whole = True
    finally:
        if not whole:
            # A rollback would wait for the records that were asked for already.
            session.cancel()
    if (await result.consume()).plan is not None:
        raise InvalidCypher("This explains a query and does not run it. Ask the query itself.")
    with suppress(Neo4jError):
        await transaction.close()
    return result.keys()
