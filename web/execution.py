"""Running an operation: what any executor offers, and the one by graphql-core."""

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeAlias, TypeGuard, TypeVar, cast

from graphql import ExecutionResult, Executor, GraphQLError, GraphQLSchema, create_source_event_stream
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from web.documents import Operation


class Context(Protocol):
    """What resolvers find in `info.context`: the viewer and the loaders of one operation."""

    def for_operation(self) -> Self:
        """Give a context for another operation or event of the same viewer: loaders anew, the rest shared."""


# Skips plain values, which most are; it only lacks the type that graphql-core asks for.
_is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)
AnyExecutor: TypeAlias = Executor[Any]
ContextT = TypeVar("ContextT", bound=Context)
ContextT_contra = TypeVar("ContextT_contra", bound=Context, contravariant=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an operation or an event ended.

    `started` is false when nothing ran because the request was at fault. `json` is the whole response when the
    executor wrote it already; `data` and `errors` are then not read.
    """

    data: dict[str, object] | None
    errors: Sequence[GraphQLError] = ()
    started: bool = True
    json: bytes | None = None


class OperationExecutor(Protocol[ContextT_contra]):
    """Runs operations that are parsed, validated and within the limits."""

    async def execute(self, operation: Operation, context: ContextT_contra, /) -> Outcome:
        """Run a query or a mutation. Errors are in the outcome; none is raised."""

    async def subscribe(
        self, operation: Operation, context: ContextT_contra, /
    ) -> AsyncGenerator[Outcome, None] | Outcome:
        """Open a stream of outcomes, or say why not. Closing the iterator ends the subscription."""


class CoreExecutor:
    """Runs operations by graphql-core, which defines what is right.

    Extensions of the Strawberry schema are refused rather than left out: limits, caches, masking and metrics are
    this package's work, and an extension that does not run is a trap.
    """

    def __init__(self, schema: Schema) -> None:
        """Take the schema that Strawberry built."""
        if schema.extensions:
            names = ", ".join(str(getattr(extension, "__name__", extension)) for extension in schema.extensions)
            message = f"Extensions of the schema are not run here; remove {names}."
            raise ValueError(message)
        self._schema = core_schema(schema)

    async def execute(self, operation: Operation, context: Context) -> Outcome:
        """Run a query or a mutation."""
        executor = self._build(operation, context)
        return executor if isinstance(executor, Outcome) else await _run(executor)

    async def subscribe(self, operation: Operation, context: Context) -> AsyncGenerator[Outcome, None] | Outcome:
        """Open the source of events; each event is then executed with a context of its own."""
        executor = self._build(operation, context)
        if isinstance(executor, Outcome):
            return executor
        source = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await cast("Awaitable[AsyncIterable[object] | ExecutionResult]", source)
        if isinstance(source, ExecutionResult):
            return Outcome(None, source.errors or ())
        return _each(executor, cast("AsyncIterable[object]", source), context)

    def _build(self, operation: Operation, context: Context) -> AnyExecutor | Outcome:
        built = Executor.build(
            self._schema,
            operation.document.node,
            context_value=context,
            raw_variable_values=dict(operation.variables),
            operation_name=operation.name,
            is_awaitable=_is_awaitable,
        )
        return built if isinstance(built, Executor) else Outcome(None, built, started=False)


async def _run(executor: AnyExecutor, *, serially: bool | None = None) -> Outcome:
    result = executor.execute_operation(serially)
    if executor.is_awaitable(result):
        result = await cast("Awaitable[ExecutionResult]", result)
    finished = cast("ExecutionResult", result)
    return Outcome(finished.data, finished.errors or ())


async def _each(
    executor: AnyExecutor, source: AsyncIterable[object], context: Context
) -> AsyncGenerator[Outcome, None]:
    events = aiter(source)
    try:
        async for event in events:
            step = executor.build_per_event_executor(event)
            step.context_value = context.for_operation()
            yield await _run(step, serially=False)
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def core_schema(schema: Schema) -> GraphQLSchema:
    """Give the graphql-core schema within Strawberry's."""
    return schema._schema  # noqa: SLF001 (Strawberry has no public name for it)
