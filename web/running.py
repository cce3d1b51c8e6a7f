"""Runs an operation for a client: counts it, formats its errors and serialises its answer."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias

import orjson
from graphql import GraphQLError, OperationType

from errors import RookeryError, Unavailable
from web.documents import Operation
from web.drain import Drain
from web.error_formatting import ErrorFormatter
from web.execution import ContextT, OperationExecutor, Outcome
from web.metrics import Metrics, Transport

OpenOnce: TypeAlias = Callable[[], Awaitable[ContextT]]
Admit: TypeAlias = Callable[[Operation, ContextT], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response in JSON. If nothing ran, `refused` has the errors, and `cause` the error of `errors.py` behind them."""

    json: bytes
    refused: Sequence[object] = ()
    cause: RookeryError | None = None

    def extended(self, extensions: Mapping[str, object]) -> "Answer":
        """Return the answer with `extensions`, which it has none of yet; with none it stays as it is."""
        if not extensions:
            return self
        return replace(self, json=b'%b,"extensions":%b}' % (self.json[: -len(b"}")], orjson.dumps(extensions)))


async def admit_all(_operation: Operation, _context: object) -> None:
    """Admit every operation."""


def one_row(_operation: Operation) -> int:
    """Say that a subscription is to one thing."""
    return 1


class Runner(Generic[ContextT]):
    """Runs operations in the same way for every transport. It raises nothing but cancellation."""

    def __init__(
        self,
        executor: OperationExecutor[ContextT],
        formatter: ErrorFormatter,
        metrics: Metrics,
        drain: Drain,
        admit: Admit[ContextT] = admit_all,
        rows: Callable[[Operation], int] = one_row,
    ) -> None:
        """`admit` is called before an operation runs, and may refuse it with an error of `errors.py`.

        `rows` says how many rows a subscription is to, such as the posts whose counts it tells.
        """
        self._executor = executor
        self._formatter = formatter
        self._metrics = metrics
        self._drain = drain
        self._admit = admit
        self._rows = rows
        self._mutations: set[asyncio.Task[Answer]] = set()

    def rows(self, operation: Operation) -> int:
        """Return how many rows an operation goes on being about: none but a subscription has more than one."""
        return self._rows(operation) if operation.kind is OperationType.SUBSCRIPTION else 1

    async def run(self, operation: Operation, open_context: OpenOnce[ContextT], transport: Transport) -> Answer:
        """Run a query or a mutation.

        Cancelling the call cancels a query. A mutation runs to its end within the server's time limits, because half of a
        mutation is worse than one that nobody waits for.
        """
        if self._drain.started:
            return self.refuse(Unavailable())
        if operation.kind is not OperationType.MUTATION:
            return await self._run_measured(operation, open_context, transport)
        task = asyncio.create_task(self._run_measured(operation, open_context, transport), name="mutation")
        self._mutations.add(task)
        task.add_done_callback(self._mutations.discard)
        return await asyncio.shield(task)

    async def _run_measured(self, operation: Operation, open_context: OpenOnce[ContextT], transport: Transport) -> Answer:
        start, status = time.perf_counter(), "cancelled"
        self._drain.enter()
        self._metrics.operation_started(transport)
        try:
            context = await open_context()
            await self._check(operation, context)
            if operation.kind is OperationType.MUTATION:
                await context.admitted()
            outcome = await self._executor.execute(operation, context)
            await context.admitted()
            answer, status = self._answer(outcome, operation), _status(outcome)
        except RookeryError as error:
            answer, status = self.refuse(error), "refused"
        except Exception as error:  # noqa: BLE001 (defects must not reach the client)
            answer, status = self._defect(error, operation), "failed"
        finally:
            self._metrics.operation_ended(operation, transport, status, time.perf_counter() - start)
            self._drain.leave()
        return answer

    async def _check(self, operation: Operation, context: ContextT) -> None:
        """Admit an operation. A viewer who is not let in is told that, whatever the operation is refused for."""
        try:
            await self._admit(operation, context)
        except RookeryError:
            await context.admitted()
            raise

    async def stream(
        self, operation: Operation, open_context: OpenOnce[ContextT], transport: Transport
    ) -> AsyncGenerator[Sequence[Answer], None]:
        """Run a subscription and yield an answer for each event, together those that are to be sent at once.

        A refusal is the last one, and alone. Closing the generator ends the subscription.
        """
        if self._drain.started:
            yield [self.refuse(Unavailable())]
            return
        start, status = time.perf_counter(), "cancelled"
        with self._metrics.streaming(transport):
            try:
                context = await open_context()
                await self._admit(operation, context)
                delivered = self._metrics.deliveries(transport)
                source = await self._executor.subscribe(operation, context)
                del context  # what a stream needs of it, it has; many are open
                if isinstance(source, Outcome):
                    status = _status(source)
                    yield [self._stream_refusal(source, operation)]
                    return
                async with aclosing(source) as batches:
                    async for outcomes in batches:
                        delivered(len(outcomes))
                        yield [self._answer(outcome, operation) for outcome in outcomes]
                        del outcomes  # they would be retained until the next ones
                status = "ok"
            except RookeryError as error:
                status = "refused"
                yield [self.refuse(error)]
            except Exception as error:  # noqa: BLE001 (as above; the stream ends with an incident)
                status = "failed"
                yield [self._defect(error, operation)]
            finally:
                self._metrics.stream_ended(operation, transport, status, time.perf_counter() - start)

    def refuse(self, error: RookeryError) -> Answer:
        """Return the answer for an error of `errors.py`."""
        return _refusal([self._formatter.product_error(error)], error)

    def _stream_refusal(self, outcome: Outcome, operation: Operation) -> Answer:
        if not outcome.started:
            return self._answer(outcome, operation)
        errors = [self._formatter.execution_error(error, operation.label) for error in outcome.errors]
        return _refusal(errors, _product_error(outcome.errors[0]))

    def _defect(self, error: Exception, operation: Operation) -> Answer:
        return Answer(orjson.dumps({"errors": [self._formatter.unexpected_error(error, operation.label)], "data": None}))

    def _answer(self, outcome: Outcome, operation: Operation) -> Answer:
        if outcome.json is not None:
            return Answer(outcome.json)
        if not outcome.started:
            return _refusal([self._formatter.request_error(error) for error in outcome.errors])
        if not outcome.errors:
            return Answer(orjson.dumps({"data": outcome.data}))
        mutates = operation.kind is OperationType.MUTATION
        errors = [self._formatter.execution_error(error, operation.label, mutates=mutates) for error in outcome.errors]
        return Answer(orjson.dumps({"errors": errors, "data": outcome.data}))


def _refusal(errors: Sequence[object], cause: RookeryError | None = None) -> Answer:
    return Answer(orjson.dumps({"errors": errors}), errors, cause)


def _product_error(error: GraphQLError) -> RookeryError | None:
    """Return the error of `errors.py` behind one of graphql-core, if there is one."""
    cause = error.original_error
    return cause if isinstance(cause, RookeryError) else None


def _status(outcome: Outcome) -> str:
    if not outcome.started:
        return "refused"
    return "errors" if outcome.errors else "ok"
