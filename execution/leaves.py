"""Leaf values, checked by whole columns.

A value of exactly the usual type passes as it is. Every other value goes through graphql-core's own conversion, one by one, so
that odd values (a number for a String, a member of an enum) come out the same; what that refuses bails out.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType, NoneType
from typing import Any, TypeAlias

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLScalarType,
    Undefined,
    is_specified_scalar_type,
)

from execution.bailout import Bailout, BailoutCause
from execution.columns import check_plain, present, spread
from execution.declarations import Column

Leaf: TypeAlias = Callable[[Column], Column]
"""Turns a column of values into a column of results."""
ColumnScalars: TypeAlias = Mapping[str, Callable[[Column], Column | None]]
"""Custom scalars, by name: converts a column as the scalar converts each value; None where a value is not of the usual kind."""

NO_COLUMN_SCALARS: ColumnScalars = MappingProxyType({})


class Leaves:
    """Conversions of the leaf types of a schema, each made when it is first needed."""

    def __init__(self, scalars: ColumnScalars = NO_COLUMN_SCALARS) -> None:
        """`scalars` converts whole columns of custom scalars."""
        self._scalars = scalars
        self._made: dict[tuple[str, bool], Leaf] = {}

    def conversion(self, type_: GraphQLLeafType, *, nullable: bool) -> Leaf:
        """Return the conversion of a column of values of this type."""
        found = self._made.get((type_.name, nullable))
        if found is None:
            found = self._made[type_.name, nullable] = self._nullable(type_) if nullable else self._non_null(type_)
        return found

    def _nullable(self, type_: GraphQLLeafType) -> Leaf:
        convert = self._non_null(type_)
        exact = _EXACT_TYPES.get(type_.name) if is_specified_scalar_type(type_) else None
        allowed = {exact, NoneType}

        def nullable_column(column: Column) -> Column:
            if exact is not None and allowed.issuperset(map(type, column)):
                return column
            return spread(column, convert(present(column)))

        return nullable_column

    def _non_null(self, type_: GraphQLLeafType) -> Leaf:
        one_by_one = _one_by_one(type_)
        if isinstance(type_, GraphQLEnumType):
            return _members(type_, one_by_one)
        if isinstance(type_, GraphQLScalarType) and is_specified_scalar_type(type_):
            return _SPECIFIED[type_.name](one_by_one)
        convert = self._scalars.get(type_.name)
        return one_by_one if convert is None else _by_column(convert, one_by_one)


def _one_by_one(type_: GraphQLLeafType) -> Leaf:
    coerce = type_.coerce_output_value

    def one_by_one(column: Column) -> Column:
        check_plain(column)
        try:
            results = [coerce(value) for value in column]
        except Exception:  # noqa: BLE001 - whatever a scalar raises, it refuses the value
            raise Bailout(BailoutCause.WRONG_TYPE) from None
        for result in results:
            if result is None or result is Undefined:
                raise Bailout(BailoutCause.WRONG_TYPE)
        return results

    return one_by_one


def _by_column(convert: Callable[[Column], Column | None], otherwise: Leaf) -> Leaf:
    def converted(column: Column) -> Column:
        found = convert(column)
        return otherwise(column) if found is None else found

    return converted


def _exactly(kind: type) -> Callable[[Leaf], Leaf]:
    def of(otherwise: Leaf) -> Leaf:
        kinds = {kind}

        def column_of_kind(column: Column) -> Column:
            return column if kinds.issuperset(map(type, column)) else otherwise(column)

        return column_of_kind

    return of


def _ints(otherwise: Leaf) -> Leaf:
    def ints(column: Column) -> Column:
        if not column:
            return column
        if _INT.issuperset(map(type, column)):
            if min(column) >= GRAPHQL_MIN_INT and max(column) <= GRAPHQL_MAX_INT:
                return column
            raise Bailout(BailoutCause.OUT_OF_RANGE)
        return otherwise(column)

    return ints


def _floats(otherwise: Leaf) -> Leaf:
    def floats(column: Column) -> Column:
        if _FLOAT.issuperset(map(type, column)) and all(map(isfinite, column)):
            return column
        return otherwise(column)

    return floats


def _members(type_: GraphQLEnumType, otherwise: Leaf) -> Leaf:
    names: dict[Any, Any] = {value.value: otherwise([value.value])[0] for value in type_.values.values()}

    def members(column: Column) -> Column:
        try:
            return [names[value] for value in column]
        except (KeyError, TypeError):
            return otherwise(column)

    return members


_INT, _FLOAT = {int}, {float}
_SPECIFIED: dict[str, Callable[[Leaf], Leaf]] = {
    "String": _exactly(str),
    "ID": _exactly(str),
    "Boolean": _exactly(bool),
    "Int": _ints,
    "Float": _floats,
}
_EXACT_TYPES: dict[str, type] = {"String": str, "ID": str, "Boolean": bool}
