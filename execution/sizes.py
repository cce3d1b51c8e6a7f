"""The factors of a price that only the variables of a request decide: how long a page is, how many ids, what is left out.

They are read as they are sent, before any is coerced. A number that will be refused counts as the largest that would not be:
the resolver reports the error.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    ValueNode,
    VariableNode,
)
from graphql.utilities.coerce_input_value import coerce_default_value

Given: TypeAlias = Mapping[str, object]
"""The variables as a request sends them."""
Size: TypeAlias = Callable[[Given], int]


@dataclass(frozen=True, slots=True)
class Amount:
    """How many rows an argument asks for by a variable: a number, or as many as a list has; None where it is null or absent."""

    variable: str
    default: int | None
    """That of the variable."""
    most: int

    def __call__(self, given: Given) -> int | None:
        """Read the variable."""
        if self.variable not in given:
            return self.default
        value = given[self.variable]
        return None if value is None else amount(value, self.most)


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest of what the arguments of a field ask for."""

    amounts: tuple[int | Amount | None, ...]
    usual: int
    """Where none of them asks for anything."""

    def __call__(self, given: Given) -> int:
        """Read the variables."""
        return _largest((each(given) if isinstance(each, Amount) else each for each in self.amounts), self.usual)


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a selection is there, as 1 or 0."""

    variable: str
    otherwise: bool
    wanted: bool
    """True for `@include`, False for `@skip`."""

    def __call__(self, given: Given) -> int:
        """Read the variable."""
        value = given.get(self.variable, self.otherwise)
        return int(value is self.wanted) if isinstance(value, bool) else 1


def amount(value: object, most: int) -> int:
    """Return how many rows a value asks for."""
    if isinstance(value, list):
        count = len(value)
    elif isinstance(value, str):
        return 1  # a single item stands for a list of it
    elif isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        count = value
    else:
        return most
    return min(count, most)


def rows_of(
    node: FieldNode, field: GraphQLField, per: Sequence[str], most: int, operation: OperationDefinitionNode
) -> int | Size:
    """Return how many rows a field asks for by the arguments `per`: a number, or what reads it from the variables."""
    usual = amount(coerce_default_value(field.args[per[0]]), most)
    given = [each.value for each in node.arguments or () if each.name.value in per]
    largest = Largest(tuple(_amount(value, most, operation) for value in given), usual)
    return largest if any(isinstance(each, Amount) for each in largest.amounts) else largest({})


def _amount(value: ValueNode, most: int, operation: OperationDefinitionNode) -> int | Amount | None:
    if not isinstance(value, VariableNode):
        return _literal(value, most)
    default = _default(value, operation)
    return Amount(value.name.value, None if default is None else _literal(default, most), most)


def _largest(amounts: Iterable[int | None], usual: int) -> int:
    return max((each for each in amounts if each is not None), default=usual)


def conditions_of(node: SelectionNode, operation: OperationDefinitionNode) -> Iterator[int | Condition]:
    """Yield what decides whether a selection is there, as factors of 1 or 0."""
    for directive in node.directives or ():
        if directive.name.value in {"skip", "include"}:
            yield _condition(directive, operation)


def _condition(directive: DirectiveNode, operation: OperationDefinitionNode) -> int | Condition:
    wanted = directive.name.value == "include"
    value: Any = (directive.arguments or ())[0].value
    if isinstance(value, VariableNode):
        default = _default(value, operation)
        return Condition(value.name.value, default.value if isinstance(default, BooleanValueNode) else wanted, wanted)
    return int(value.value is wanted)


def _default(variable: VariableNode, operation: OperationDefinitionNode) -> ValueNode | None:
    name = variable.name.value
    return next((each.default_value for each in operation.variable_definitions or () if each.variable.name.value == name), None)


def _literal(value: ValueNode, most: int) -> int | None:
    if isinstance(value, IntValueNode):
        return amount(int(value.value), most)
    if isinstance(value, ListValueNode):
        return min(len(value.values), most)
    return None if isinstance(value, NullValueNode) else 1
