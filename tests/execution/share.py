"""How much of what the tests send to the product has a plan."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import strawberry

from execution.compiler_options import CompilerOptions
from execution.not_compiled import NotCompiled
from execution.plans import Plans
from web.documents import Operation
from web.execution import OperationExecutor, Outcome, core_schema
from web.routes import Web, WebOptions

Met: TypeAlias = tuple[str, str | None, tuple[tuple[str, bool], ...]]
"""The identity of an operation: the text, the name, and the booleans on which the selection may depend."""


@dataclass(slots=True)
class Share:
    """Distinct valid operations: those that have a plan, and why the others have none."""

    compiled: set[Met] = field(default_factory=set)
    left: dict[Met, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of both."""
        return len(self.compiled) + len(self.left)

    @property
    def compiled_part(self) -> float:
        """The part that is compiled, from 0 to 1; 1 of nothing."""
        return len(self.compiled) / self.total if self.total else 1.0

    def meet(self, operation: Operation, plans: Plans) -> None:
        """Count an operation that is about to run; one whose variables are refused does not run."""
        met = _met(operation)
        if met in self.compiled or met in self.left:
            return
        try:
            prepared = plans.prepared(operation)
            values = prepared.variables.coerced(operation.variables)
            if values is not None:
                prepared.plan(values)
                self.compiled.add(met)
        except NotCompiled as error:
            self.left[met] = str(error)

    def add(self, other: "Share") -> None:
        """Count what another process has counted."""
        self.compiled |= other.compiled
        self.left |= other.left

    def observing(self, mount: Callable[..., Web[Any]]) -> Callable[..., Web[Any]]:
        """Return a `mount` whose executor counts every operation here first."""

        def mounted(schema: strawberry.Schema, open_context: Any, options: WebOptions[Any], *more: Any) -> Web[Any]:
            assert options.executor is not None
            plans = Plans(CompilerOptions(core_schema(schema)), compile_after=1)
            observed = ObservedExecutor(options.executor, lambda operation: self.meet(operation, plans))
            return mount(schema, open_context, replace(options, executor=observed), *more)

        return mounted


@dataclass(frozen=True, slots=True)
class ObservedExecutor:
    """An executor that reports each operation before it runs."""

    executor: OperationExecutor[Any]
    on_operation: Callable[[Operation], None]

    async def execute(self, operation: Operation, context: Any, /) -> Outcome:
        self.on_operation(operation)
        return await self.executor.execute(operation, context)

    async def subscribe(self, operation: Operation, context: Any, /) -> AsyncGenerator[Sequence[Outcome], None] | Outcome:
        self.on_operation(operation)
        return await self.executor.subscribe(operation, context)


def _met(operation: Operation) -> Met:
    variables: Mapping[str, object] = operation.variables
    chosen = ((name, value) for name, value in variables.items() if isinstance(value, bool))
    return operation.document.text, operation.name, tuple(sorted(chosen))
