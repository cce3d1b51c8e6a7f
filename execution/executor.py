"""The executor: runs the plan of an operation if there is one, and leaves the rest to graphql-core."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, create_source_event_stream
from graphql.execution.values import VariableValues
from strawberry import Schema

from execution.bailout import Uncompiled
from execution.instrumentation import Watching
from execution.plan import Plan
from execution.plans import MAX_OPERATIONS, ParsedOperation, Plans, Prepared
from execution.run import Run
from execution.tally import Shares, Way

OutcomeT = TypeVar("OutcomeT")
OutcomeT_co = TypeVar("OutcomeT_co", covariant=True)
OperationT = TypeVar("OperationT", bound=ParsedOperation)
OperationT_contra = TypeVar("OperationT_contra", bound=ParsedOperation, contravariant=True)
Sight = Literal["first", "second"]


class MakeOutcome(Protocol[OutcomeT_co]):
    """How the caller's outcomes are made."""

    def __call__(
        self, data: dict[str, object] | None, errors: Sequence[GraphQLError] = ..., *, json: bytes | None = ...
    ) -> OutcomeT_co:
        """Make one."""


class CoreExecutor(Protocol[OperationT_contra, OutcomeT_co]):
    """Runs operations by graphql-core."""

    async def execute(self, operation: OperationT_contra, context: Any, /) -> OutcomeT_co:
        """Run a query or a mutation."""

    async def subscribe(
        self, operation: OperationT_contra, context: Any, /
    ) -> AsyncGenerator[OutcomeT_co, None] | OutcomeT_co:
        """Open a stream of outcomes, or say why not."""


class CompiledExecutor(Generic[OperationT, OutcomeT]):
    """Runs operations by their plans."""

    def __init__(
        self,
        schema: Schema,
        core: CoreExecutor[OperationT, OutcomeT],
        outcome: MakeOutcome[OutcomeT],
        *,
        sight: Sight = "second",
        capacity: int = MAX_OPERATIONS,
        watching: Watching | None = None,
    ) -> None:
        """`core` runs what has no plan. A plan is made when an operation is met for the second time, or, for tests, the first.

        `watching` is for the plans of a `WatchedExecutor`.
        """
        self._schema: GraphQLSchema = schema._schema  # noqa: SLF001 (Strawberry has no public name for it)
        self._core = core
        self._outcome = outcome
        self.plans = Plans(self._schema, at_first_sight=sight == "first", capacity=capacity, watching=watching)
        self.shares = Shares()

    def warm(self, operations: Iterable[OperationT]) -> None:
        """Compile operations of trusted documents now, so that their first requests need not wait for it."""
        self.plans.warm(operations)

    async def execute(self, operation: OperationT, context: Any, /) -> OutcomeT:
        """Run a query or a mutation."""
        planned = self._planned(operation)
        if planned is None:
            return await self._core.execute(operation, context)
        prepared, plan, values = planned
        return await self._run(plan, self._new_run(prepared, values, context))

    async def subscribe(self, operation: OperationT, context: Any, /) -> AsyncGenerator[OutcomeT, None] | OutcomeT:
        """Open a stream of outcomes, or say why not."""
        planned = self._planned(operation)
        if planned is None:
            return await self._core.subscribe(operation, context)
        prepared, plan, values = planned
        executor = prepared.executor(values, context, None)
        source: Any = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return self._outcome(None, source.errors or ())
        return self._events(plan, prepared, values, source, context)

    async def _events(
        self, plan: Plan, prepared: Prepared, values: VariableValues, source: AsyncIterable[object], context: Any
    ) -> AsyncGenerator[OutcomeT, None]:
        events = aiter(source)
        try:
            async for event in events:
                run = self._new_run(prepared, values, context.for_operation(), event)
                yield await self._run(plan, run, serially=False)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    async def _run(self, plan: Plan, run: Run, *, serially: bool | None = None) -> OutcomeT:
        finished: dict[str, object] = {}
        try:
            json = await plan.run(run, run.root, finished)
        except Exception:  # noqa: BLE001 - whatever it was, graphql-core finds it again and tells it as specified
            self.shares.count(Way.SURPRISED)
        else:
            self.shares.count(Way.COMPILED)
            return self._outcome(None, json=json)
        result = await run.executor.resume(run.kept, finished, serially=serially)
        return self._outcome(result.data, result.errors or ())

    _new_run: Callable[..., Run] = staticmethod(Run)

    def _planned(self, operation: OperationT) -> tuple[Prepared, Plan, VariableValues] | None:
        try:
            prepared = self.plans.prepared(operation)
            values = prepared.variables.coerced(operation.variables)
            if values is None:
                self.shares.count(Way.REFUSED)
                return None
            return prepared, prepared.plan(values), values
        except Uncompiled as reason:
            self.shares.count(Way.FIRST_SIGHT if str(reason) == "first sight" else Way.UNCOMPILED)
            return None
