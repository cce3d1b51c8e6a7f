"""Answers a query of an analyst: bounds of its text, a place, an entry in the log, its plan, and then its rows.

Whether a query only reads is decided by what the server would do, never by words of its text: the type of the statement, every
operator of the plan, every procedure and every function. What is run is the very text that was explained, in a transaction that
may only read, on a graph that is only read.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from analytics.gateway.allowed import FUNCTIONS, OPERATORS, PROCEDURES
from analytics.gateway.copies import Copies, ServedCopy
from analytics.gateway.log import QueryLog, QueryOutcome
from analytics.gateway.plan import Plan
from analytics.gateway.readers import CypherAnswer, Readers
from analytics.gateway.taken import Truncation
from analytics.gateway.wire import Task
from errors import CypherForbidden, CypherTooExpensive, InvalidInput, RateLimited, TooExpensive, Unavailable
from graph.analysts import Freshness
from graph.analysts_errors import ServerEnded
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
ENDINGS, ENDINGS_WINDOW = 2, timedelta(minutes=15)
"""How often the server may end under queries of a person before they wait until one of these comes back."""
_READS = "r"
_FUNCTIONS, _PROCEDURES = (frozenset(each.lower() for each in names) for names in (FUNCTIONS, PROCEDURES))
_OUTCOMES: Sequence[tuple[type[BaseException], QueryOutcome]] = (
    (InvalidInput, QueryOutcome.INVALID),
    (CypherForbidden, QueryOutcome.FORBIDDEN),
    (CypherTooExpensive, QueryOutcome.TOO_EXPENSIVE),
    (ServerEnded, QueryOutcome.SERVER_ENDED),
    (asyncio.CancelledError, QueryOutcome.LEFT),
)
_OPENED = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


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
    readers: Readers
    log: QueryLog
    places: QueryPlaces
    rates: RateLimits
    limits: GatewayLimits

    async def close(self) -> None:
        """End what runs, and close every connection."""
        await self.readers.close()
        await self.copies.close()

    async def ask(self, viewer: Viewer, text: str, parameters: object, seconds: float | None) -> CypherResult:
        """Answer a query.

        Raises:
            InvalidInput: the text, the parameters or the time are not acceptable; InvalidCypher says where in the text.
            CypherForbidden: it would do more than read.
            CypherTooExpensive: it takes more time or memory than it may, or already its estimate says so.
            RateLimited: as many run as may at once, this person sent too many, or the server ended under queries of theirs.
            ServerEnded: the server ended while it ran this.
            Unavailable: there is no graph to ask, or nobody could write down what is asked.

        """
        given, size = _checked(text, parameters)
        limit = None if seconds is None else self._allowed(seconds)
        await self.rates.take(Allowance("cypher", viewer.id, self.limits.often, self.limits.window))
        await self._check_endings(viewer)
        async with self.copies.use() as copy, self.places.place(viewer.id):
            id_ = await self.log.begin(viewer, text, size)
            return await self._logged(_Question(viewer, id_, text, given, limit), copy)

    async def _logged(self, question: "_Question", copy: ServedCopy) -> CypherResult:
        began, outcome = time.perf_counter(), QueryOutcome.FAILED
        result = CypherResult(copy.freshness, 0.0, 0.0)
        try:
            await self._answer(question, copy, result)
            outcome = QueryOutcome.ANSWERED if result.truncated is None else QueryOutcome.TRUNCATED
        except BaseException as error:
            outcome = next((each for kind, each in _OUTCOMES if isinstance(error, kind)), outcome)
            raise
        finally:
            result.seconds = time.perf_counter() - began
            await asyncio.shield(self._finish(question, QueryOutcome.STUCK if question.stuck else outcome, result))
        return result

    async def _finish(self, question: "_Question", outcome: QueryOutcome, result: CypherResult) -> None:
        """Write down how a query ended, and count it where its server ended, or will, perhaps by it."""
        if outcome in (QueryOutcome.STUCK, QueryOutcome.SERVER_ENDED):
            with suppress(RateLimited, Unavailable):
                await self.rates.take(_endings(question.viewer))
        await self.log.finish(question.id, outcome, result.seconds, len(result.rows), result.bytes)

    async def _answer(self, question: "_Question", copy: ServedCopy, result: CypherResult) -> None:
        explained = await copy.graph.explain(question.text, question.parameters, question.limit)
        plan = Plan.of(explained.plan)
        check(plan, explained.kind, copy.functions)
        result.estimate = plan.rows
        if plan.rows > ROWS_MAX:
            raise CypherTooExpensive(TooExpensive.ESTIMATE, plan.rows)
        scaled = min(USUAL_SECONDS + plan.rows / ROWS_A_SECOND, self.limits.seconds)
        result.limit = scaled if question.limit is None else question.limit
        answer = await self._read(question, copy, result.limit)
        result.columns, result.rows, result.bytes, result.truncated = answer.columns, answer.rows, answer.size, answer.truncated

    async def _read(self, question: "_Question", copy: ServedCopy, seconds: float) -> CypherAnswer:
        """Have a query run, and end it in the graph, too, where it ends here before it is done."""
        at, limits = copy.address, self.limits
        task = Task(
            at.uri, at.user, at.password, question.text, question.parameters, question.id, seconds, limits.rows, limits.bytes
        )
        done = False
        try:
            answer = await self.readers.read(task)
            done = answer.truncated is None
        except (InvalidInput, ServerEnded):
            done = True
            raise
        finally:
            if not done:
                await asyncio.shield(_end(question, copy))
        return answer

    async def _check_endings(self, viewer: Viewer) -> None:
        try:
            await self.rates.check(_endings(viewer))
        except RateLimited as error:
            said = "The graph ended under queries of yours, and everybody had to wait. Ask later, and less in one expression."
            raise RateLimited(error.retry_after, said, scope=error.scope) from None

    def _allowed(self, seconds: float) -> float:
        if not 0 < seconds <= self.limits.seconds:
            raise InvalidInput("seconds", f"A query may take 1 to {self.limits.seconds:g} seconds.")
        return seconds


@dataclass(slots=True)
class _Question:
    """A query that was let in: by whom, the id of its entry in the log, and the time that the analyst allows it, if they say."""

    viewer: Viewer
    id: str
    text: str
    parameters: Mapping[str, Any]
    limit: float | None
    stuck: bool = False
    """Whether the graph could not end it."""


async def _end(question: _Question, copy: ServedCopy) -> None:
    """End a query in the graph. Where that does not answer, what was read is still good, and the limit of time ends the query."""
    with suppress(Unavailable):
        question.stuck = not await copy.graph.end(question.id)


def _endings(viewer: Viewer) -> Allowance:
    return Allowance("cypher_endings", viewer.id, ENDINGS, ENDINGS_WINDOW)


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
        raise InvalidInput("parameters", "An integer has at most 64 bits, and lists are nested at most 254 deep.") from error
    if size > PARAMETER_BYTES_MAX:
        raise InvalidInput("parameters", f"Parameters take at most {PARAMETER_BYTES_MAX:,} bytes.")
    return given, size
