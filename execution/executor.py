"""The executor: runs the plan of an operation if there is one, and leaves the rest to graphql-core."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, create_source_event_stream
from graphql.execution.values import VariableValues
from prometheus_client import CollectorRegistry

from execution.bailout import BailoutCause
from execution.bailouts import Bailouts
from execution.compiler_options import CompilerOptions
from execution.diagnosis import diagnose
from execution.event_execution import EventExecution, SharingSource
from execution.execution_counts import ExecutionCounts, Way
from execution.instrumentation import Instrumentation
from execution.leaves import NO_COLUMN_SCALARS, ColumnScalars, Leaves
from execution.not_compiled import NotCompiled, Reason
from execution.plan import Plan, is_json
from execution.plans import MAX_OPERATIONS, CompileAfter, ParsedOperation, Plans, Prepared
from execution.run import Run

OutcomeT = TypeVar("OutcomeT")
OutcomeT_co = TypeVar("OutcomeT_co", covariant=True)
OperationT = TypeVar("OperationT", bound=ParsedOperation)
OperationT_contra = TypeVar("OperationT_contra", bound=ParsedOperation, contravariant=True)


class MakeOutcome(Protocol[OutcomeT_co]):
    """Makes the caller's outcomes."""

    def __call__(
        self, data: dict[str, object] | None, errors: Sequence[GraphQLError] = ..., *, json: bytes | None = ...
    ) -> OutcomeT_co:
        """Make one. `json` is a whole response without errors; `data` and `errors` then say nothing."""


class CoreExecutor(Protocol[OperationT_contra, OutcomeT_co]):
    """Runs operations by graphql-core."""

    async def execute(self, operation: OperationT_contra, context: Any, /) -> OutcomeT_co:
        """Run a query or a mutation."""

    async def subscribe(
        self, operation: OperationT_contra, context: Any, /
    ) -> AsyncGenerator[Sequence[OutcomeT_co], None] | OutcomeT_co:
        """Open a stream of outcomes, or return an outcome that says why not."""


class CompiledExecutor(Generic[OperationT, OutcomeT]):
    """Runs operations by their plans."""

    def __init__(
        self,
        schema: GraphQLSchema,
        core: CoreExecutor[OperationT, OutcomeT],
        outcome: MakeOutcome[OutcomeT],
        *,
        compile_after: CompileAfter = 2,
        capacity: int = MAX_OPERATIONS,
        column_scalars: ColumnScalars = NO_COLUMN_SCALARS,
        instrumentation: Instrumentation | None = None,
    ) -> None:
        """`core` runs what has no plan. `capacity` is how many operations are cached.

        `column_scalars` converts whole columns of custom scalars. `instrumentation` is for the plans of an
        `InstrumentedExecutor`.
        """
        self._core = core
        self._outcome = outcome
        self.counts = ExecutionCounts()
        self.bailouts = Bailouts()
        self.plans = Plans(
            CompilerOptions(schema, Leaves(column_scalars), instrumentation),
            compile_after=compile_after,
            capacity=capacity,
            on_defect=self.bailouts.count_compiler_defect,
        )

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Register the metrics: `<prefix>_executions_total` by way, and `<prefix>_bailouts_total` by cause."""
        self.counts.publish(registry, prefix)
        self.bailouts.publish(registry, prefix)

    def warm(self, operations: Iterable[OperationT]) -> None:
        """Compile operations of trusted documents now, so that their first requests need not wait for it."""
        self.plans.warm(operations)

    async def execute(self, operation: OperationT, context: Any, /) -> OutcomeT:
        """Run a query or a mutation."""
        planned = self._planned(operation)
        if planned is None:
            return await self._core.execute(operation, context)
        prepared, plan, variables = planned
        return await self._run(plan, self._new_run(prepared, variables, context))

    async def subscribe(self, operation: OperationT, context: Any, /) -> AsyncGenerator[Sequence[OutcomeT], None] | OutcomeT:
        """Open a stream of outcomes, or return an outcome that says why not.

        Together come those that were prepared together: they are to be sent before the next are asked for. It is compiled at
        once, since it will have many events.
        """
        planned = self._planned(operation, at_once=True)
        if planned is None:
            return await self._core.subscribe(operation, context)
        prepared, plan, variables = planned
        executor = prepared.executor(variables, context, None)
        source: Any = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return self._outcome(None, source.errors or ())
        if isinstance(source, SharingSource):
            return self._shared(plan, prepared, variables, source)
        return self._events(plan, prepared, variables, source, context)

    def _shared(
        self, plan: Plan, prepared: Prepared, variables: VariableValues, source: SharingSource[OutcomeT]
    ) -> AsyncGenerator[Sequence[OutcomeT], None]:
        async def run(context: Any, event: object) -> OutcomeT:
            return await self._run(plan, self._new_run(prepared, variables, context, event), serially=False)

        return source.outcomes(EventExecution(plan, run, self._whole))

    def _whole(self, json: bytes) -> OutcomeT:
        return self._outcome(None, json=json)

    async def _events(
        self, plan: Plan, prepared: Prepared, variables: VariableValues, source: AsyncIterable[object], context: Any
    ) -> AsyncGenerator[Sequence[OutcomeT], None]:
        events = aiter(source)
        try:
            async for event in events:
                run = self._new_run(prepared, variables, context.for_operation(), event)
                yield [await self._run(plan, run, serially=False)]
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    async def _run(self, plan: Plan, run: Run, *, serially: bool | None = None) -> OutcomeT:
        finished: dict[str, object] = {}
        try:
            json = await plan.run(run, run.root, finished)
        except Exception as error:  # noqa: BLE001 - whatever it was, graphql-core finds it again and reports it as specified
            diagnosis = diagnose(error, plan.fields)
        else:
            self.counts.count(Way.COMPILED)
            return self._outcome(None, json=json)
        self.counts.count(Way.BAILED_OUT)
        confirmed = True  # not known if graphql-core does not end
        try:
            result = await run.executor.resume(run.partial_results, finished, serially=serially)
            confirmed = _confirms(result, diagnosis.cause)
        finally:
            self.bailouts.count(diagnosis, plan, confirmed=confirmed)
        return self._outcome(result.data, result.errors or ())

    _new_run: Callable[..., Run] = staticmethod(Run)

    def _planned(self, operation: OperationT, *, at_once: bool = False) -> tuple[Prepared, Plan, VariableValues] | None:
        """Return the plan and the variables of an operation, or None where graphql-core is to run it."""
        try:
            prepared = self.plans.prepared(operation, at_once=at_once)
            variables = prepared.variables.coerced(operation.variables)
            if variables is None:
                self.counts.count(Way.REFUSED)
                return None
            return prepared, prepared.plan(variables), variables
        except NotCompiled as error:
            is_first = error.obstacle.reason is Reason.NOT_YET
            self.counts.count(Way.NOT_YET_COMPILED if is_first else Way.NOT_COMPILED)
            return None


def _confirms(result: ExecutionResult, cause: BailoutCause) -> bool:
    """Return whether graphql-core met the cause of a bailout as well."""
    return not is_json(result.data) if cause is BailoutCause.NOT_JSON else bool(result.errors)
