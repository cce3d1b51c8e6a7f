"""Answers a query of an analyst: bounds of its text, a place, an entry in the log, its plan, and then its rows.

Whether a query only reads is decided by what the server would do, never by words of its text: the type of the statement, every
operator of the plan, every procedure and every function. What is run is the very text that was explained, in a transaction that
may only read, on a graph that is only read.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import orjson

from analytics.gateway.allowed import FUNCTIONS, OPERATORS, PROCEDURES
from analytics.gateway.copies import Copies, ServedCopy
from analytics.gateway.log import QueryLog, QueryOutcome
from analytics.gateway.plan import Plan
from analytics.gateway.values import shown, size_of
from errors import CypherForbidden, CypherTooExpensive, InvalidInput, TooExpensive
from graph.analysts import Freshness
from keyspace.limits import Allowance, RateLimits
from keyspace.query_places import QueryPlaces
from services.accounts.viewer import Viewer

TEXT_MAX = 10_000
"""Longest query, in characters: the log keeps it, and a planner of the size of a page takes seconds."""
NESTING_MAX = 50
"""Deepest brackets in a query, of all kinds and also those within texts."""
PARAMETER_BYTES_MAX = 65_536
"""Largest parameters, in bytes of JSON."""
ROWS_MAX = 1e11
"""Rows that a plan may expect on the way. A core takes a few million of them a second, and estimates are often a hundred times
too high, so above it is what nobody would wait for."""
USUAL_SECONDS = 5.0
"""Time that a query gets of itself, before what its estimate adds."""
ROWS_A_SECOND = 1_000_000.0
"""Rows of the estimate for which it gets another second."""
_READS = "r"
_FUNCTIONS, _PROCEDURES = (frozenset(each.lower() for each in names) for names in (FUNCTIONS, PROCEDURES))
_OPENED = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Truncation(StrEnum):
    """What ended an answer before it was whole."""

    ROWS = "ROWS"
    BYTES = "BYTES"


@dataclass(frozen=True, slots=True)
class GatewayLimits:
    """What one query may take, and how many queries one person may send: `often` within `window`."""

    seconds: float
    rows: int
    bytes: int
    often: int
    window: timedelta


@dataclass(slots=True)
class CypherResult:
    """An answer: its columns and rows, what ended it early, and how long it took; times are in seconds."""

    freshness: Freshness
    limit: float
    estimate: float
    columns: Sequence[str] = ()
    rows: list[list[Any]] = field(default_factory=list)
    bytes: int = 0
    truncated: Truncation | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Gateway:
    """The way of analysts to their graph."""

    copies: Copies
    log: QueryLog
    places: QueryPlaces
    rates: RateLimits
    limits: GatewayLimits

    async def close(self) -> None:
        """Let what runs finish, and close every connection."""
        await self.copies.close()

    async def ask(self, viewer: Viewer, text: str, parameters: object, seconds: float | None) -> CypherResult:
        """Answer a query.

        Raises:
            InvalidInput: the text, the parameters or the time are not acceptable; InvalidCypher says where in the text.
            CypherForbidden: it would do more than read.
            CypherTooExpensive: it takes more time or memory than it may, or already its estimate says so.
            RateLimited: as many run as may at once, or this person sent too many.
            Unavailable: there is no graph to ask, or nobody could write down what is asked.

        """
        given, size = _checked(text, parameters)
        limit = None if seconds is None else self._allowed(seconds)
        await self.rates.take(Allowance("cypher", viewer.id, self.limits.often, self.limits.window))
        copy = await self.copies.now()
        async with self.places.place(viewer.id):
            id_ = await self.log.begin(viewer, text, size)
            return await self._logged(_Question(id_, text, given, limit), copy)

    async def _logged(self, question: "_Question", copy: ServedCopy) -> CypherResult:
        began, outcome = time.perf_counter(), QueryOutcome.FAILED
        result = CypherResult(copy.freshness, 0.0, 0.0)
        try:
            await self._answer(question, copy, result)
            outcome = QueryOutcome.ANSWERED if result.truncated is None else QueryOutcome.TRUNCATED
        except InvalidInput:
            outcome = QueryOutcome.INVALID
            raise
        except CypherForbidden:
            outcome = QueryOutcome.FORBIDDEN
            raise
        except CypherTooExpensive:
            outcome = QueryOutcome.TOO_EXPENSIVE
            raise
        except asyncio.CancelledError:
            outcome = QueryOutcome.LEFT
            raise
        finally:
            result.seconds = time.perf_counter() - began
            ending = self.log.finish(question.id, outcome, result.seconds, len(result.rows), result.bytes)
            await asyncio.shield(ending)
        return result

    async def _answer(self, question: "_Question", copy: ServedCopy, result: CypherResult) -> None:
        explained = await copy.graph.explain(question.text, question.parameters, question.limit)
        plan = Plan.of(explained.plan)
        check(plan, explained.kind, copy.functions)
        result.estimate = plan.rows
        if plan.rows > ROWS_MAX:
            raise CypherTooExpensive(TooExpensive.ESTIMATE, plan.rows)
        scaled = min(USUAL_SECONDS + plan.rows / ROWS_A_SECOND, self.limits.seconds)
        result.limit = scaled if question.limit is None else question.limit
        taken = _Taken(result, self.limits)
        await copy.graph.run(question.text, question.parameters, result.limit, taken.receive)

    def _allowed(self, seconds: float) -> float:
        if not 0 < seconds <= self.limits.seconds:
            raise InvalidInput("seconds", f"A query may take 1 to {self.limits.seconds:g} seconds.")
        return seconds


@dataclass(frozen=True, slots=True)
class _Question:
    """A query that was let in, the id of its entry in the log, and the time that the analyst allows it, if they say."""

    id: str
    text: str
    parameters: Mapping[str, Any]
    limit: float | None


@dataclass(frozen=True, slots=True)
class _Taken:
    """Takes records into an answer until it is as large as it may be."""

    result: CypherResult
    limits: GatewayLimits

    def receive(self, columns: Sequence[str], values: Sequence[Any]) -> bool:
        """Take a record, and return whether another is wanted."""
        self.result.columns = columns
        row = [shown(each) for each in values]
        size = size_of(row)
        if len(self.result.rows) == self.limits.rows:
            self.result.truncated = Truncation.ROWS
        elif self.result.bytes + size > self.limits.bytes:
            self.result.truncated = Truncation.BYTES
        else:
            self.result.rows.append(row)
            self.result.bytes += size
            return True
        return False


def check(plan: Plan, kind: str, functions: Collection[str]) -> None:
    """Pass where a plan only reads, by operators, procedures and functions that are named in `allowed`.

    `functions` are those that the server knows: no other can be called, so that any other name is none.

    Raises:
        CypherForbidden: it does not; what it would do is named as the plan does.

    """
    for operator in sorted(plan.names - OPERATORS):
        raise CypherForbidden(operator)
    for procedure in sorted(plan.procedures - _PROCEDURES):
        raise CypherForbidden(procedure)
    for function in sorted(plan.calls.intersection(functions) - _FUNCTIONS):
        raise CypherForbidden(f"{function}()")
    if kind != _READS or not plan.operators:
        raise CypherForbidden("a statement that is not a query")


def _checked(text: str, parameters: object) -> tuple[Mapping[str, Any], int]:
    """Return the parameters of a query within its bounds, and their size in bytes.

    Raises:
        InvalidInput: it is empty, too long or nested too deeply, or its parameters are no object or too large.

    """
    if not text.strip():
        raise InvalidInput("query", "Ask something.")
    if len(text) > TEXT_MAX:
        raise InvalidInput("query", f"A query has at most {TEXT_MAX:,} characters.")
    depth = 0
    for each in text:
        depth = max(0, depth + _OPENED.get(each, 0))
        if depth > NESTING_MAX:
            raise InvalidInput("query", f"Brackets are nested at most {NESTING_MAX} deep.")
    given = {} if parameters is None else parameters
    if not isinstance(given, dict):
        raise InvalidInput("parameters", "Parameters are an object, by their names.")
    try:
        size = len(orjson.dumps(given))
    except TypeError as error:
        raise InvalidInput("parameters", "An integer has at most 64 bits.") from error
    if size > PARAMETER_BYTES_MAX:
        raise InvalidInput("parameters", f"Parameters take at most {PARAMETER_BYTES_MAX:,} bytes.")
    return given, size
