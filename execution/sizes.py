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
    EnumValueNode,
    FieldNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from execution.declarations import Surcharge

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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whether an argument has a value that costs more, by a variable, as 1 or 0."""

    variable: str
    value: str | None
    """The value; None is any but null."""
    otherwise: int
    """Where the variable is absent."""

    def __call__(self, given: Given) -> int:
        """Read the variable. What is no value of an enum will be refused, and counts."""
        if self.variable not in given:
            return self.otherwise
        value = given[self.variable]
        return int(value is not None and (self.value is None or not isinstance(value, str) or value == self.value))


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


def is_charged(node: FieldNode, field: GraphQLField, surcharge: Surcharge, operation: OperationDefinitionNode) -> int | Chosen:
    """Return whether an argument of a field has a value that costs more: 1, 0, or what reads it from the variables."""
    if surcharge.argument not in field.args:  # of an interface, which has fewer
        return 0
    usual = int(_has(coerce_default_value(field.args[surcharge.argument]), surcharge.value))
    given = next((each.value for each in node.arguments or () if each.name.value == surcharge.argument), None)
    if given is None:
        return usual
    if not isinstance(given, VariableNode):
        return int(_is_written(given, surcharge.value))
    default = _default(given, operation)
    return Chosen(given.name.value, surcharge.value, usual if default is None else int(_is_written(default, surcharge.value)))


def _has(value: object, wanted: str | None) -> bool:
    """Return whether the value that an argument has by default is the one that costs more."""
    if value is None or value is Undefined:
        return False
    return wanted is None or getattr(value, "value", value) == wanted


def _is_written(value: ValueNode, wanted: str | None) -> bool:
    """Return whether a value in a document is the one that costs more."""
    if isinstance(value, NullValueNode):
        return False
    return wanted is None or not isinstance(value, EnumValueNode) or value.value == wanted


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
