"""What an executor of operations offers, and the executor of graphql-core."""

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeAlias, TypeGuard, TypeVar, cast

from graphql import ExecutionResult, Executor, GraphQLError, GraphQLSchema, create_source_event_stream
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from web.documents import Operation
from web.input_errors import variable_errors


class Context(Protocol):
    """The value of `info.context` in resolvers: the viewer and the loaders of one operation.

    It may be opened before it is sure that the viewer is let in; then no mutation begins and no result is given before
    `admitted`.
    """

    async def admitted(self) -> None:
        """Wait until it is sure that the viewer is let in; raise an error of `errors.py` if they are not."""

    def for_operation(self) -> Self:
        """Return a context for another operation or event of the same viewer: with new loaders, the rest shared."""


# It is fast for plain values, which most are. The cast adds the type that graphql-core expects.
_is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)
AnyExecutor: TypeAlias = Executor[Any]
ContextT = TypeVar("ContextT", bound=Context)
ContextT_contra = TypeVar("ContextT_contra", bound=Context, contravariant=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an operation or an event ended.

    `started` is false when nothing ran because the request was wrong. `json` is the whole response if the executor has
    serialised it; then `data` and `errors` are not read.
    """

    data: dict[str, object] | None
    errors: Sequence[GraphQLError] = ()
    started: bool = True
    json: bytes | None = None


class OperationExecutor(Protocol[ContextT_contra]):
    """Executes operations that are parsed, valid and within the limits."""

    async def execute(self, operation: Operation, context: ContextT_contra, /) -> Outcome:
        """Execute a query or a mutation. Errors are in the outcome; none is raised."""

    async def subscribe(
        self, operation: Operation, context: ContextT_contra, /
    ) -> AsyncGenerator[Sequence[Outcome], None] | Outcome:
        """Open a stream of outcomes, or return the errors. Closing the generator ends the subscription.

        Together come those that were prepared together. They are sent at once, and only then the next are asked for.
        """


class CoreExecutor:
    """Executes operations with graphql-core, which is the reference for correct results.

    A Strawberry schema with extensions is refused, because they would not run: this package does limits, caches,
    masking and metrics itself.
    """

    def __init__(self, schema: Schema) -> None:
        """Take the Strawberry schema.

        Raises:
            ValueError: it has extensions.

        """
        if schema.extensions:
            names = ", ".join(str(getattr(extension, "__name__", extension)) for extension in schema.extensions)
            message = f"Extensions of the schema would not run here; remove {names}."
            raise ValueError(message)
        self._schema = core_schema(schema)

    async def execute(self, operation: Operation, context: Context) -> Outcome:
        """Execute a query or a mutation."""
        executor = self._build(operation, context)
        return executor if isinstance(executor, Outcome) else await _run(executor)

    async def subscribe(self, operation: Operation, context: Context) -> AsyncGenerator[Sequence[Outcome], None] | Outcome:
        """Open the source of events; each event is executed with its own context."""
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
        if isinstance(built, Executor):
            return built
        return Outcome(None, variable_errors(self._schema, operation.node, operation.variables), started=False)


async def _run(executor: AnyExecutor, *, serially: bool | None = None) -> Outcome:
    result = executor.execute_operation(serially)
    if executor.is_awaitable(result):
        result = await cast("Awaitable[ExecutionResult]", result)
    finished = cast("ExecutionResult", result)
    return Outcome(finished.data, finished.errors or ())


async def _each(
    executor: AnyExecutor, source: AsyncIterable[object], context: Context
) -> AsyncGenerator[Sequence[Outcome], None]:
    events = aiter(source)
    try:
        async for event in events:
            step = executor.build_per_event_executor(event)
            step.context_value = context.for_operation()
            yield [await _run(step, serially=False)]
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def core_schema(schema: Schema) -> GraphQLSchema:
    """Return the graphql-core schema inside Strawberry's."""
    return schema._schema  # noqa: SLF001 (Strawberry has no public name for it)
