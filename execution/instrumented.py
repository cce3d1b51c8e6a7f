"""Runs and executors that are watched; those that are not know nothing of it."""

from collections.abc import Awaitable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic

from graphql import OperationType
from strawberry import Schema

from execution.batching import Asked, KnowingLoader, LookUp
from execution.columns import Column
from execution.executor import CompiledExecutor, CoreExecutor, MakeOutcome, OperationT, OutcomeT
from execution.instrumentation import FieldWatch, Watching
from execution.plan import Plan
from execution.run import Run, Site


@dataclass(slots=True)
class _Called:
    """A level of rows for which a resolver was called."""

    start: float
    waiting: int


class WatchedRun(Run):
    """A run that tells what its look-ups and calls take."""

    __slots__ = ("_called_for", "_watching", "_waves")

    def __init__(self, watching: Watching, *of: Any) -> None:
        """Begin with nothing asked for; the rest is as for `Run`."""
        super().__init__(*of)
        self._watching = watching
        self._called_for: dict[Asked, _Called] = {}
        self._waves = 0

    async def wave(self) -> None:
        """Get everything that was asked for, within a span."""
        self._waves += 1
        with self._watching.span("wave", {"rookery.wave": self._waves}):
            await super().wave()

    def _looked_up(self, kind: type[LookUp], loader: str, keys: Column, site: Site, rows: Column) -> LookUp:
        asked = super()._looked_up(kind, loader, keys, site, rows)
        if asked.values is not None:
            _watch(site).tell(asked.count, 0.0, False)  # noqa: FBT003 - see `Tell`
        return asked

    async def _fetched(self, loader: KnowingLoader, look_ups: Sequence[tuple[LookUp, Site, Column]]) -> None:
        fields = sorted({_watch(site).name for _, site, _ in look_ups})
        keys = sum(asked.count for asked, _, _ in look_ups)
        name = f"look up {type(loader).__name__}"
        start = perf_counter()
        with self._watching.span(name, {"rookery.fields": ", ".join(fields), "rookery.keys": keys}) as span:
            await super()._fetched(loader, look_ups)
            if any(asked.failed for asked, _, _ in look_ups):
                span.failed()
        took = perf_counter() - start
        for asked, site, _ in look_ups:
            _watch(site).tell(asked.count, took, asked.failed)

    def _called(
        self, asked: Asked, site: Site, rows: Column, arguments: Mapping[str, Any]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        start = perf_counter()
        waits = list(super()._called(asked, site, rows, arguments))
        if waits:
            self._called_for[asked] = _Called(start, len(waits))
        else:
            _watch(site).tell(len(rows), perf_counter() - start, asked.failed)
        return iter(waits)

    async def _awaited(
        self, asked: Asked, site: Site, row: object, values: list[Any], at: int, value: Awaitable[Any]
    ) -> None:
        await super()._awaited(asked, site, row, values, at, self._spanned(_watch(site).name, value))
        called = self._called_for[asked]
        called.waiting -= 1
        if not called.waiting:
            del self._called_for[asked]
            _watch(site).tell(len(values), perf_counter() - called.start, asked.failed)

    async def _spanned(self, name: str, value: Awaitable[Any]) -> Any:
        with self._watching.span(f"call {name}", {}):
            return await value


class WatchedExecutor(CompiledExecutor[OperationT, OutcomeT], Generic[OperationT, OutcomeT]):
    """Runs operations by plans that are compiled to be watched."""

    def __init__(
        self,
        schema: Schema,
        core: CoreExecutor[OperationT, OutcomeT],
        outcome: MakeOutcome[OutcomeT],
        watching: Watching,
        **options: Any,
    ) -> None:
        """See `CompiledExecutor`. What graphql-core runs has the span of its operation, and no more."""
        super().__init__(schema, core, outcome, watching=watching, **options)
        self._watching = watching

    async def execute(self, operation: OperationT, context: Any, /) -> OutcomeT:
        """Run a query or a mutation within a span."""
        kind = operation.node.operation.value
        attributes = {"graphql.operation.type": kind}
        # Clients choose names, so those of strangers are not told.
        if operation.document.trusted and operation.node.name:
            attributes["graphql.operation.name"] = operation.node.name.value
        with self._watching.span(kind, attributes):
            return await super().execute(operation, context)

    async def _run(self, plan: Plan, run: Run, *, serially: bool | None = None) -> OutcomeT:
        if plan.kind is not OperationType.SUBSCRIPTION:
            return await super()._run(plan, run, serially=serially)
        with self._watching.span("event", {"graphql.operation.type": "subscription"}):
            return await super()._run(plan, run, serially=serially)

    def _new_run(self, *of: Any) -> Run:
        return WatchedRun(self._watching, *of)


def _watch(site: Site) -> FieldWatch:
    assert site.watch is not None  # its plan was compiled by a `WatchedExecutor`
    return site.watch
