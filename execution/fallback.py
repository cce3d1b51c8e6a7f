"""graphql-core's executor, able to go on from the results that a plan had before it bailed out."""

from inspect import CORO_CREATED, getcoroutinestate, iscoroutine
from typing import Any

from graphql import ExecutionResult, Executor, GraphQLObjectType, MiddlewareManager
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path

from execution.partial_results import PartialResults


class FallbackExecutor(Executor[Any]):
    """Executes an operation for which resolvers gave results already.

    `finished` has the results of root fields of a mutation that are complete: what they read has changed since, so it
    must not be read again.
    """

    finished: dict[str, object]
    made: list[Any]
    """Coroutines that were made. A field that fails at once, by a partial result, cancels siblings before they begin, and then
    nobody awaits what they were to await."""

    async def resume(
        self, results: PartialResults, finished: dict[str, object], *, serially: bool | None = None
    ) -> ExecutionResult:
        """Execute the operation, with the partial results in place of their resolvers."""
        self.finished, self.made = finished, []
        self.middleware_manager = MiddlewareManager(results)
        try:
            result: Any = self.execute_operation(serially)
            if self.is_awaitable(result):
                result = await result
        finally:
            for each in self.made:
                if getcoroutinestate(each) == CORO_CREATED:
                    each.close()
        assert isinstance(result, ExecutionResult)
        return result

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Return a finished root field as it is; execute the others."""
        if path.prev is None and path.key in self.finished:
            return self.finished[str(path.key)]
        return self._noted(super().execute_field(parent_type, source, field_details_list, path, position_context))

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> Any:
        """Execute the fields of an object, and note the coroutine of those that have to wait."""
        return self._noted(super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context))

    def complete_awaitable_value(self, *args: Any) -> Any:
        """Complete a value that has to be awaited, and note both coroutines."""
        for each in args:
            self._noted(each)
        return self._noted(super().complete_awaitable_value(*args))

    def _noted(self, value: Any) -> Any:
        if iscoroutine(value):
            self.made.append(value)
        return value
