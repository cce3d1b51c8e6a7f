"""A plan: one operation with one outcome of its choices, compiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, OperationType
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from execution.bailout import Bailout, BailoutCause
from execution.batching import FieldCoroutine, drive, together
from execution.compiler import SelectionCompiler
from execution.compiler_options import CompilerOptions
from execution.not_compiled import NotCompiled, Reason
from execution.run import Run
from execution.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A compiled operation."""

    text: str
    """The generated code."""
    kind: OperationType
    coroutines: Mapping[str, Callable[[list[Any], Run], FieldCoroutine]]
    """The root fields, by response name."""
    typenames: Mapping[str, str]
    """Values of `__typename` at the root, by response name."""
    order: tuple[str, ...]
    """All response names of the root."""
    root_fields: tuple[str, ...]
    """The root fields, as in `Query.viewer`."""
    fields: tuple[str, ...]
    """The field or type that each line of the code is for."""
    called: tuple[str, ...] = ()
    """The fields beneath the root whose resolvers are called: what they give may depend on anything in the context."""
    learned: set[str] = field(default_factory=set)
    """What a source of events notes of the selection: see `event_execution`."""
    logged_causes: set[BailoutCause] = field(default_factory=set)
    """Causes of bailouts that were logged for this plan."""

    async def run(self, run: Run, root: object, finished: dict[str, object]) -> bytes:
        """Return the response in JSON.

        Whatever is raised, `finished` has the root fields of a mutation that are complete and must not be done again.
        """
        if self.kind is OperationType.MUTATION or len(self.coroutines) == 1:
            results = finished if self.kind is OperationType.MUTATION else {}
            for key, coroutine in self.coroutines.items():
                (results[key],) = await drive(coroutine([root], run), run)
            return self._written(results)
        coroutines = [coroutine([root], run) for coroutine in self.coroutines.values()]
        columns = await drive(together(*coroutines), run)
        return self._written({key: column[0] for key, column in zip(self.coroutines, columns, strict=True)})

    def _written(self, results: Mapping[str, object]) -> bytes:
        if self.typenames:
            results = {key: self.typenames.get(key) or results[key] for key in self.order}
        try:
            return orjson.dumps({"data": results})
        except TypeError:
            raise Bailout(BailoutCause.NOT_JSON) from None


def is_json(data: object) -> bool:
    """Return whether `orjson` can write a result."""
    try:
        orjson.dumps(data)
    except TypeError:
        return False
    return True


def compile_plan(
    options: CompilerOptions, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> Plan:
    """Compile an operation. Of the variables only the choices are read.

    Raises:
        NotCompiled: it has something that is left to graphql-core.

    """
    root = options.schema.get_root_type(operation.operation)
    if root is None:
        raise NotCompiled(Reason.NO_ROOT_TYPE)
    source = Source()
    compiler = SelectionCompiler(options, operation, fragments_of(document), variables, source)
    try:
        written = compiler.compile_root(root)
        names = source.execute()
    except RecursionError:
        raise NotCompiled(Reason.TOO_DEEP) from None
    return Plan(
        source.text,
        operation.operation,
        {key: names[function.name] for key, function in written.items() if not isinstance(function, str)},
        {key: typename for key, typename in written.items() if isinstance(typename, str)},
        tuple(written),
        tuple(compiler.root_fields),
        tuple(source.fields),
        tuple(compiler.called),
    )


def fragments_of(document: DocumentNode) -> dict[str, FragmentDetails]:
    """Return the fragments of a document as graphql-core's executor wants them.

    Raises:
        NotCompiled: a fragment has variables.

    """
    fragments = {}
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            if node.variable_definitions:
                raise NotCompiled(Reason.FRAGMENT_VARIABLES)
            fragments[node.name.value] = FragmentDetails(node, None)
    return fragments
