"""Arguments of a field: constants are coerced once, the rest is read from the variables, as graphql-core does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
    get_argument_values,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from execution.bailout import Bailout, BailoutCause

Arguments: TypeAlias = Callable[[VariableValues], dict[str, Any]]
"""Takes the variables of a request and returns the coerced arguments."""

_IMMUTABLE = (str, int, float, bool, Enum, type(None))
"""Types of values that requests may share."""


def arguments_of(field: GraphQLField, node: FieldNode, names: Mapping[str, str] | None = None) -> Arguments:
    """Return the function from variables to the arguments of a field.

    `names` are the parameters to use in place of graphql-core's names, by argument; they are for arguments of plain values.
    """
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    # Lists and objects may hold variables, and a resolver might change them.
    if any(isinstance(value, ListValueNode | ObjectValueNode) for value in given.values()):
        return _by_graphql_core(field, node)
    constant: dict[str, Any] = {}
    variable: list[_FromVariable] = []
    for name, argument in field.args.items():
        value, default = given.get(name), coerce_default_value(argument)
        out_name = names[name] if names else argument.out_name or name
        if not isinstance(default, _IMMUTABLE) and default is not Undefined:
            return _by_graphql_core(field, node)
        if isinstance(value, VariableNode):
            variable.append(_FromVariable(out_name, value.name.value, isinstance(argument.type, GraphQLNonNull), default))
        elif value is None:
            if default is not Undefined:
                constant[out_name] = default
        else:
            constant[out_name] = coerce_input_literal(value, argument.type)
    if not all(isinstance(value, _IMMUTABLE) for value in constant.values()):
        return _by_graphql_core(field, node)
    return _prepared(constant, variable)


@dataclass(frozen=True, slots=True)
class _FromVariable:
    name: str
    source: str
    required: bool
    default: Any


def _prepared(constant: dict[str, Any], variable: list[_FromVariable]) -> Arguments:
    def read(variables: VariableValues) -> dict[str, Any]:
        arguments = dict(constant)
        for each in variable:
            value = variables.coerced.get(each.source, each.default)
            if each.required and (value is None or value is Undefined):
                raise Bailout(BailoutCause.REFUSED_ARGUMENT)
            if value is not Undefined:
                arguments[each.name] = value
        return arguments

    return read


def _by_graphql_core(field: GraphQLField, node: FieldNode) -> Arguments:
    def read(variables: VariableValues) -> dict[str, Any]:
        try:
            return get_argument_values(field, node, variables)
        except GraphQLError:
            raise Bailout(BailoutCause.REFUSED_ARGUMENT) from None

    return read
