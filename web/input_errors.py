"""Errors of variables and of values in documents: where the value is and which type it should have, never the value itself.

The messages of graphql-core quote the whole input in the notation of Python, a password next to the mistake included, and numbers
at any length.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    get_argument_values,
    is_input_object_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    is_scalar_type,
    type_from_ast,
)
from graphql.language import SKIP, VisitorAction
from graphql.utilities.validate_input_value import validate_input_literal, validate_input_value

InputPath: TypeAlias = Sequence[str | int]

MOST_ERRORS = 10
"""A client mends its input from the first few."""
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")
# A syntax error names the token that it stumbled over; a name or a sign may be shown, a value may not.
_VALUE_TOKEN = re.compile(r"""\b(Int|Float|String|BlockString) (['"]).*\2""", re.DOTALL)


def variable_errors(schema: GraphQLSchema, node: OperationDefinitionNode, given: Mapping[str, object]) -> list[GraphQLError]:
    """Return what is wrong with the variables of an operation that did not start because of them; at least one error."""
    found = [error for each in node.variable_definitions or () for error in _errors_of(schema, each, given)]
    return found[:MOST_ERRORS] or [GraphQLError("The variables do not fit the operation.", node)]


def _errors_of(schema: GraphQLSchema, node: VariableDefinitionNode, given: Mapping[str, object]) -> Iterator[GraphQLError]:
    name, type_ = node.variable.name.value, type_from_ast(schema, node.type)
    if not is_input_type(type_):
        return
    if name not in given:
        if is_non_null_type(type_) and node.default_value is None:
            yield GraphQLError(f'Variable "${name}" is required: expected a value of type "{type_}".', node)
        return
    value, paths = given[name], dict[tuple[str | int, ...], None]()
    validate_input_value(value, type_, lambda _error, path: paths.update({tuple(path): None}))
    for path in paths:
        where = name + _printed(path)
        fields = _value_at(value, path)
        expected = _expected(type_, path, fields if isinstance(fields, dict) else None)
        yield GraphQLError(f'Variable "${name}" does not fit at "{where}": {expected}', node)


class ValuesOfTheirType(ValuesOfCorrectTypeRule):
    """The rule of graphql-core with messages that do not quote values."""

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> VisitorAction:
        """Report each place within a value that does not fit its type, once."""
        if input_type:
            found: dict[tuple[str | int, ...], GraphQLError] = {}

            def on_error(error: GraphQLError, path: list[str | int]) -> None:
                found.setdefault(tuple(path), error)

            validate_input_literal(node, input_type, on_error)
            for path, error in found.items():
                fields = _node_at(node, path)
                names = {each.name.value for each in fields.fields} if isinstance(fields, ObjectValueNode) else None
                where = f'The value at "{_printed(path).lstrip(".")}" does not fit: ' if path else "A value does not fit: "
                self.report_error(GraphQLError(where + _expected(input_type, path, names), error.nodes or node))
        return SKIP


def without_values(syntax_error: str) -> str:
    """Return the message of a syntax error without the value that it quotes."""
    return _VALUE_TOKEN.sub(r"\1", syntax_error)


def is_argument_error(error: GraphQLError) -> bool:
    """Return whether graphql-core refused an argument at run time: no class says so, but which function raised."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    trace = cause.__traceback__ if cause is not None else None
    while trace is not None:
        if trace.tb_frame.f_code is get_argument_values.__code__:
            return True
        trace = trace.tb_next
    return False


def argument_error(message: str) -> str:
    """Return the message of graphql-core about an argument at run time, without what follows its name and the place."""
    return message.partition(": ")[0].rstrip(".") + "."


def _expected(type_: GraphQLInputType, path: InputPath, given: Collection[str] | None) -> str:
    """Say what was expected at a path within a value; `given` has the names of the fields there, if it is an object."""
    expected = _type_at(type_, path)
    inner = expected.of_type if is_non_null_type(expected) else expected
    text = f'expected a value of type "{expected}"'
    if is_scalar_type(inner) and inner.specified_by_url and inner.description:  # one of ours, which says how it is written
        return f"{text}: {inner.description.partition('. ')[0].rstrip('.')}."
    if given is None or not is_input_object_type(inner):
        return f"{text}."
    missing = [name for name, field in inner.fields.items() if name not in given and is_required_input_field(field)]
    unknown = [name for name in given if name not in inner.fields]
    named = [name for name in unknown if _NAME.fullmatch(name)]
    reasons = []
    if missing:
        reasons.append(f"requires {_listed(missing)}")
    if unknown:
        reasons.append(f"has no field {_listed(named)}" if named else "has no such fields")
    if inner.is_one_of:
        reasons.append("takes exactly one field that is not null")
    if reasons:
        text += f", which {' and '.join(reasons)}"
    return f"{text}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names[:MOST_ERRORS])


def _type_at(type_: GraphQLInputType, path: InputPath) -> GraphQLInputType:
    for step in path:
        inner = type_.of_type if is_non_null_type(type_) else type_
        while is_list_type(inner) and isinstance(step, str):  # a single value may stand for a list of one
            inner = inner.of_type.of_type if is_non_null_type(inner.of_type) else inner.of_type
        if is_list_type(inner):
            type_ = inner.of_type
        elif is_input_object_type(inner) and step in inner.fields:
            type_ = inner.fields[str(step)].type
    return type_


def _value_at(value: object, path: InputPath) -> object:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    return value


def _node_at(node: ValueNode, path: InputPath) -> ValueNode | None:
    for step in path:
        if isinstance(node, ObjectValueNode):
            fields = {field.name.value: field.value for field in node.fields}
            if step not in fields:
                return None
            node = fields[str(step)]
        elif isinstance(node, ListValueNode) and isinstance(step, int):
            node = node.values[step]
    return node


def _printed(path: InputPath) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
