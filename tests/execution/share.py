"""How much of what the tests send to the product has a plan."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import strawberry

from execution.bailout import Uncompiled
from execution.plans import Plans
from web.documents import Operation
from web.execution import OperationExecutor, Outcome, core_schema
from web.routes import Web, WebOptions

Met: TypeAlias = tuple[str, str | None, tuple[tuple[str, bool], ...]]
"""What tells operations apart: the text, the name, and the booleans on which the selection may depend."""


@dataclass(slots=True)
class Share:
    """Distinct valid operations: those that have a plan, and why the others have none."""

    compiled: set[Met] = field(default_factory=set)
    left: dict[Met, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Count both."""
        return len(self.compiled) + len(self.left)

    @property
    def part(self) -> float:
        """Give the part that is compiled; 1 of nothing."""
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
        except Uncompiled as reason:
            self.left[met] = str(reason)

    def watching(self, mount: Callable[..., Web[Any]]) -> Callable[..., Web[Any]]:
        """Give a `mount` whose executor counts every operation here first."""

        def mounted(schema: strawberry.Schema, open_context: Any, options: WebOptions[Any], *more: Any) -> Web[Any]:
            assert options.executor is not None
            plans = Plans(core_schema(schema), at_first_sight=True)
            watched = Watched(options.executor, lambda operation: self.meet(operation, plans))
            return mount(schema, open_context, replace(options, executor=watched), *more)

        return mounted


@dataclass(frozen=True, slots=True)
class Watched:
    """An executor that tells what it is given to run."""

    executor: OperationExecutor[Any]
    tell: Callable[[Operation], None]

    async def execute(self, operation: Operation, context: Any, /) -> Outcome:
        self.tell(operation)
        return await self.executor.execute(operation, context)

    async def subscribe(self, operation: Operation, context: Any, /) -> AsyncGenerator[Outcome, None] | Outcome:
        self.tell(operation)
        return await self.executor.subscribe(operation, context)


def _met(operation: Operation) -> Met:
    variables: Mapping[str, object] = operation.variables
    chosen = ((name, value) for name, value in variables.items() if isinstance(value, bool))
    return operation.document.text, operation.name, tuple(sorted(chosen))
