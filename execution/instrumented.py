"""The run and the executor that measure fields and make spans; without them, nothing asks whether to measure."""

from collections.abc import Awaitable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic

from graphql import GraphQLSchema, OperationType

from execution.batching import BatchLoader, Lookup, PendingColumn
from execution.declarations import Column
from execution.executor import CompiledExecutor, CoreExecutor, MakeOutcome, OperationT, OutcomeT
from execution.instrumentation import FieldInstrument, Instrumentation
from execution.plan import Plan
from execution.run import Run
from execution.site import Site


@dataclass(slots=True)
class _Call:
    """A level of rows for which a resolver was called, and how many of them still wait."""

    start: float
    waiting: int


class InstrumentedRun(Run):
    """A run that records what its lookups and calls take."""

    __slots__ = ("_instrumentation", "_open_calls", "_steps")

    def __init__(self, instrumentation: Instrumentation, *of: Any) -> None:
        """Begin with nothing asked for; `of` is as for `Run`."""
        super().__init__(*of)
        self._instrumentation = instrumentation
        self._open_calls: dict[PendingColumn, _Call] = {}
        self._steps = 0

    async def batch_step(self) -> None:
        """Get everything that was asked for, within a span."""
        self._steps += 1
        with self._instrumentation.own_span("batch step", step=self._steps):
            await super().batch_step()

    def _add_lookup(
        self, kind: type[Lookup], loader_name: str, keys: Column, sites: Sequence[Site], rows: Column
    ) -> Lookup:
        pending = super()._add_lookup(kind, loader_name, keys, sites, rows)
        if pending.results is not None:
            for site in sites:
                _instrument(site).record(pending.key_count, 0.0, False)  # noqa: FBT003 - see `Record`
        return pending

    async def _fetch(self, loader: BatchLoader, lookups: Sequence[tuple[Lookup, Sequence[Site], Column]]) -> None:
        fields = sorted({_instrument(site).name for _, sites, _ in lookups for site in sites})
        keys = sum(pending.key_count for pending, _, _ in lookups)
        name = f"look up {type(loader).__name__}"
        start = perf_counter()
        with self._instrumentation.own_span(name, fields=", ".join(fields), keys=keys) as span:
            await super()._fetch(loader, lookups)
            if any(pending.failed for pending, _, _ in lookups):
                span.mark_failed()
        took = perf_counter() - start
        for pending, sites, _ in lookups:
            for site in sites:
                _instrument(site).record(pending.key_count, took, pending.failed)

    def _start_calls(
        self, pending: PendingColumn, site: Site, rows: Column, arguments: Mapping[str, Any]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        start = perf_counter()
        waits = list(super()._start_calls(pending, site, rows, arguments))
        if waits:
            self._open_calls[pending] = _Call(start, len(waits))
        else:
            _instrument(site).record(len(rows), perf_counter() - start, pending.failed)
        return iter(waits)

    async def _await_value(
        self, pending: PendingColumn, site: Site, row: object, values: list[Any], at: int, value: Awaitable[Any]
    ) -> None:
        await super()._await_value(pending, site, row, values, at, self._in_span(_instrument(site).name, value))
        call = self._open_calls[pending]
        call.waiting -= 1
        if not call.waiting:
            del self._open_calls[pending]
            _instrument(site).record(len(values), perf_counter() - call.start, pending.failed)

    async def _in_span(self, name: str, value: Awaitable[Any]) -> Any:
        with self._instrumentation.span(f"call {name}", {}):
            return await value


class InstrumentedExecutor(CompiledExecutor[OperationT, OutcomeT], Generic[OperationT, OutcomeT]):
    """Runs operations by plans whose fields are measured."""

    def __init__(
        self,
        schema: GraphQLSchema,
        core: CoreExecutor[OperationT, OutcomeT],
        outcome: MakeOutcome[OutcomeT],
        instrumentation: Instrumentation,
        **options: Any,
    ) -> None:
        """See `CompiledExecutor`. What graphql-core runs has the span of its operation, and no more."""
        super().__init__(schema, core, outcome, instrumentation=instrumentation, **options)
        self._instrumentation = instrumentation

    async def execute(self, operation: OperationT, context: Any, /) -> OutcomeT:
        """Run a query or a mutation within a span."""
        kind = operation.node.operation.value
        attributes = {"graphql.operation.type": kind}
        # Clients choose the names of their operations, so only names of trusted documents are recorded.
        if operation.document.trusted and operation.node.name:
            attributes["graphql.operation.name"] = operation.node.name.value
        with self._instrumentation.span(kind, attributes):
            return await super().execute(operation, context)

    async def _run(self, plan: Plan, run: Run, *, serially: bool | None = None) -> OutcomeT:
        if plan.kind is not OperationType.SUBSCRIPTION:
            return await super()._run(plan, run, serially=serially)
        with self._instrumentation.span("event", {"graphql.operation.type": "subscription"}):
            return await super()._run(plan, run, serially=serially)

    def _new_run(self, *of: Any) -> Run:
        return InstrumentedRun(self._instrumentation, *of)


def _instrument(site: Site) -> FieldInstrument:
    assert site.instrument is not None  # its plan was compiled by an `InstrumentedExecutor`
    return site.instrument
