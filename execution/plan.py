"""A plan: one operation with one outcome of its choices, compiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from execution.bailout import Uncompiled
from execution.batching import Lane, drive, together
from execution.columns import Column
from execution.compiler import Shapes
from execution.instrumentation import Watching
from execution.run import Run
from execution.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Compiled root fields in their order; `__typename` as its value."""

    text: str
    kind: OperationType
    lanes: Mapping[str, Callable[[list[Any], Run], Lane]]
    typenames: Mapping[str, str]
    order: tuple[str, ...]

    async def run(self, run: Run, root: object, finished: dict[str, object]) -> bytes:
        """Give the response in JSON. Whatever is raised leaves `finished` with what need not be done again."""
        if self.kind is OperationType.MUTATION:
            await self._one_by_one(run, root, finished)
        else:
            columns = await self._side_by_side(run, root)
            return self._written({key: column[0] for key, column in zip(self.lanes, columns, strict=True)})
        return self._written(finished)

    async def _side_by_side(self, run: Run, root: object) -> list[Column]:
        lanes = [lane([root], run) for lane in self.lanes.values()]
        if len(lanes) == 1:
            return [await drive(lanes[0], run)]
        return await drive(together(*lanes), run)

    async def _one_by_one(self, run: Run, root: object, finished: dict[str, object]) -> None:
        for key, lane in self.lanes.items():
            (finished[key],) = await drive(lane([root], run), run)

    def _written(self, results: Mapping[str, object]) -> bytes:
        if self.typenames:
            results = {key: self.typenames.get(key) or results[key] for key in self.order}
        return orjson.dumps({"data": results})


def compile_plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    values: VariableValues,
    watching: Watching | None = None,
) -> Plan:
    """Compile an operation; of the variables only the choices are read. `watching` changes what is bound, not the text.

    Raises:
        Uncompiled: it has something that is left to graphql-core.

    """
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise Uncompiled("root")
    source = Source()
    try:
        written = Shapes(schema, operation, fragments_of(document), values, source, watching).root(root)
    except RecursionError:
        raise Uncompiled("depth") from None
    made = source.made()
    return Plan(
        source.text,
        operation.operation,
        {key: made[lane.name] for key, lane in written.items() if not isinstance(lane, str)},
        {key: lane for key, lane in written.items() if isinstance(lane, str)},
        tuple(written),
    )


def fragments_of(document: DocumentNode) -> dict[str, FragmentDetails]:
    """Give the fragments of a document as graphql-core's executor wants them."""
    fragments = {}
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            if node.variable_definitions:
                raise Uncompiled("variables of fragments")
            fragments[node.name.value] = FragmentDetails(node, None)
    return fragments
