"""graphql-core's executor, able to go on from the results that a plan had before it bailed out."""

from typing import Any

from graphql import ExecutionResult, Executor, GraphQLObjectType, MiddlewareManager
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path

from execution.partial_results import PartialResults


class FallbackExecutor(Executor[Any]):
    """Executes an operation for which resolvers gave results already.

    `finished` has the results of root fields of a mutation that are complete: what they read has changed since, so it
    must not be read again.
    """

    finished: dict[str, object]

    async def resume(
        self, results: PartialResults, finished: dict[str, object], *, serially: bool | None = None
    ) -> ExecutionResult:
        """Execute the operation, with the partial results in place of their resolvers."""
        self.finished = finished
        self.middleware_manager = MiddlewareManager(results)
        result: Any = self.execute_operation(serially)
        if self.is_awaitable(result):
            result = await result
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
        return super().execute_field(parent_type, source, field_details_list, path, position_context)
