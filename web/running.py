"""Running an operation for a client: counted, drained, its errors shaped and its answer written."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeAlias

import orjson
from graphql import OperationType

from errors import RookeryError, Unavailable
from web.documents import Operation
from web.drain import Drain
from web.execution import ContextT, OperationExecutor, Outcome
from web.failures import Failures
from web.metrics import Metrics, Transport

OpenOnce: TypeAlias = Callable[[], Awaitable[ContextT]]
Admit: TypeAlias = Callable[[Operation, ContextT], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response in JSON. When nothing ran, `refused` has its errors, and `cause` the error of ours behind them."""

    json: bytes
    refused: Sequence[object] = ()
    cause: RookeryError | None = None


async def admit_all(_operation: Operation, _context: object) -> None:
    """Let every operation run."""


class Runner(Generic[ContextT]):
    """Runs operations for every transport alike. Nothing but cancellation escapes from it."""

    def __init__(
        self,
        executor: OperationExecutor[ContextT],
        failures: Failures,
        metrics: Metrics,
        drain: Drain,
        admit: Admit[ContextT] = admit_all,
    ) -> None:
        """`admit` prices an operation, and may refuse it by an error of ours before it runs."""
        self._executor = executor
        self._failures = failures
        self._metrics = metrics
        self._drain = drain
        self._admit = admit
        self._mutations: set[asyncio.Task[Answer]] = set()

    async def run(self, operation: Operation, open_context: OpenOnce[ContextT], transport: Transport) -> Answer:
        """Run a query or a mutation.

        A client that goes away cancels its query. Its mutation runs to the end: half of one is worse than one that
        nobody waits for, and the server's time limits bound it.
        """
        if self._drain.started:
            return self.refuse(Unavailable())
        if operation.kind is not OperationType.MUTATION:
            return await self._counted(operation, open_context, transport)
        task = asyncio.create_task(self._counted(operation, open_context, transport), name="mutation")
        self._mutations.add(task)
        task.add_done_callback(self._mutations.discard)
        return await asyncio.shield(task)

    async def _counted(self, operation: Operation, open_context: OpenOnce[ContextT], transport: Transport) -> Answer:
        start, status = time.perf_counter(), "cancelled"
        self._drain.enter()
        self._metrics.runs(transport)
        try:
            context = await open_context()
            await self._admit(operation, context)
            outcome = await self._executor.execute(operation, context)
            answer, status = self._written(outcome, operation), _status(outcome)
        except RookeryError as error:
            answer, status = self.refuse(error), "refused"
        except Exception as error:  # noqa: BLE001 (the last line of defence: no defect reaches a client as it is)
            answer, status = self._broken(error, operation), "failed"
        finally:
            self._metrics.ran(operation, transport, status, time.perf_counter() - start)
            self._drain.leave()
        return answer

    async def stream(
        self, operation: Operation, open_context: OpenOnce[ContextT], transport: Transport
    ) -> AsyncGenerator[Answer, None]:
        """Run a subscription and give an answer for each event; one that is refused is the last.

        Closing the generator ends the subscription.
        """
        if self._drain.started:
            yield self.refuse(Unavailable())
            return
        with self._metrics.streaming(transport):
            try:
                context = await open_context()
                await self._admit(operation, context)
                source = await self._executor.subscribe(operation, context)
                if isinstance(source, Outcome):
                    yield self._unopened(source, operation)
                    return
                async with aclosing(source) as outcomes:
                    async for outcome in outcomes:
                        self._metrics.delivered(transport)
                        yield self._written(outcome, operation)
            except RookeryError as error:
                yield self.refuse(error)
            except Exception as error:  # noqa: BLE001 (as above: the stream ends with an incident)
                yield self._broken(error, operation)

    def refuse(self, error: RookeryError) -> Answer:
        """Answer with one error of ours."""
        return _refusal([self._failures.refused(error)], error)

    def _unopened(self, outcome: Outcome, operation: Operation) -> Answer:
        if not outcome.started:
            return self._written(outcome, operation)
        return _refusal([self._failures.executed(error, operation.label) for error in outcome.errors])

    def _broken(self, error: Exception, operation: Operation) -> Answer:
        return Answer(orjson.dumps({"errors": [self._failures.unexpected(error, operation.label)], "data": None}))

    def _written(self, outcome: Outcome, operation: Operation) -> Answer:
        if outcome.json is not None:
            return Answer(outcome.json)
        if not outcome.started:
            return _refusal([self._failures.requested(error) for error in outcome.errors])
        if not outcome.errors:
            return Answer(orjson.dumps({"data": outcome.data}))
        errors = [self._failures.executed(error, operation.label) for error in outcome.errors]
        return Answer(orjson.dumps({"errors": errors, "data": outcome.data}))


def _refusal(errors: Sequence[object], cause: RookeryError | None = None) -> Answer:
    return Answer(orjson.dumps({"errors": errors}), errors, cause)


def _status(outcome: Outcome) -> str:
    if not outcome.started:
        return "refused"
    return "errors" if outcome.errors else "ok"
