"""Arguments of a field: what can be known is computed once, the rest is read from the variables, as graphql-core does."""

from collections.abc import Callable
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    Undefined,
    VariableNode,
    get_argument_values,
    is_required_argument,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from schema.execution.surprise import Surprise

Arguments: TypeAlias = Callable[[VariableValues], dict[str, Any]]

_SHARED = (str, int, float, bool, type(None))
"""Types of values that one request cannot change under another."""


def arguments_of(field: GraphQLField, node: FieldNode) -> Arguments:
    """Give the function from variables to the coerced arguments of a field."""
    if not field.args:
        return lambda _: {}
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    constant: dict[str, Any] = {}
    variable: list[tuple[str, str, bool, Any]] = []
    for name, argument in field.args.items():
        value = given.get(name)
        if isinstance(value, VariableNode):
            default = _default(argument)
            variable.append((argument.out_name or name, value.name.value, isinstance(argument.type, GraphQLNonNull), default))
            continue
        constant_value = _default(argument) if value is None else coerce_input_literal(value, argument.type)
        if constant_value is not Undefined:
            constant[argument.out_name or name] = constant_value
        elif value is not None or is_required_argument(argument):
            return _by_graphql_core(field, node)
    if not all(isinstance(value, _SHARED) for value in [*constant.values(), *(each[3] for each in variable)] if value is not Undefined):
        return _by_graphql_core(field, node)
    return _prepared(constant, variable)


def _prepared(constant: dict[str, Any], variable: list[tuple[str, str, bool, Any]]) -> Arguments:
    if not variable:
        return lambda _: dict(constant)

    def read(variables: VariableValues) -> dict[str, Any]:
        arguments = dict(constant)
        coerced = variables.coerced
        for name, source, required, default in variable:
            value = coerced.get(source, default)
            if value is not Undefined:
                if value is None and required:
                    raise Surprise("null for a required argument")
                arguments[name] = value
            elif required:
                raise Surprise("no value for a required argument")
        return arguments

    return read


def _by_graphql_core(field: GraphQLField, node: FieldNode) -> Arguments:
    return lambda variables: get_argument_values(field, node, variables)


def _default(argument: GraphQLArgument) -> Any:
    return coerce_default_value(argument)
