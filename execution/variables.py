"""Variables, coerced once a request: values of exactly the usual type at once, everything else by graphql-core."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Self

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_specified_scalar_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from execution.not_compiled import NotCompiled, Reason

_KINDS: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool, "Int": int, "Float": float}
_ABSENT = object()
_MAX_ERRORS = 50
"""As many as `Executor.build` allows."""


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    signature: GraphQLVariableSignature
    kind: type | None
    nullable: bool

    def accepts(self, value: object) -> bool:
        """Return whether coercion would give the value back as it is."""
        if value is None:
            return self.nullable
        if type(value) is not self.kind:
            return False
        if self.kind is int:
            return GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT  # type: ignore[operator]
        return self.kind is not float or isfinite(value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables that an operation declares."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    declared: tuple[_Variable, ...]

    @classmethod
    def of(cls, schema: GraphQLSchema, operation: OperationDefinitionNode) -> Self:
        """Read the declarations of an operation.

        Raises:
            NotCompiled: a type is unknown.

        """
        declared = []
        for node in operation.variable_definitions or ():
            signature = get_variable_signature(schema, node)
            if not isinstance(signature, GraphQLVariableSignature):
                raise NotCompiled(Reason.UNKNOWN_VARIABLE_TYPE)
            type_: Any = signature.type
            nullable = not isinstance(type_, GraphQLNonNull)
            named = type_ if nullable else type_.of_type
            usual = isinstance(named, GraphQLScalarType) and is_specified_scalar_type(named)
            declared.append(_Variable(signature.name, signature, _KINDS[named.name] if usual else None, nullable))
        return cls(schema, operation, tuple(declared))

    def only(self, names: Collection[str]) -> Self:
        """Return these variables without the others."""
        return replace(self, declared=tuple(each for each in self.declared if each.name in names))

    def coerced(self, given: Mapping[str, object]) -> VariableValues | None:
        """Coerce what a request gives. Return None where it is refused: graphql-core says why."""
        sources: dict[str, VariableValueSource] = {}
        values: dict[str, Any] = {}
        for variable in self.declared:
            value = given.get(variable.name, _ABSENT)
            if value is not _ABSENT and variable.accepts(value):
                sources[variable.name] = VariableValueSource(variable.signature, value)
                values[variable.name] = value
            elif value is _ABSENT and variable.nullable and variable.signature.default is None:
                sources[variable.name] = VariableValueSource(variable.signature)
            else:
                return self._by_graphql_core(given)
        return VariableValues(sources, values)

    def _by_graphql_core(self, given: Mapping[str, object]) -> VariableValues | None:
        names = {variable.name for variable in self.declared}
        definitions = [each for each in self.operation.variable_definitions or () if each.variable.name.value in names]
        found = get_variable_values(self.schema, definitions, dict(given), _MAX_ERRORS)
        return found if isinstance(found, VariableValues) else None
