"""Leaf values, checked by whole columns.

What is exactly of the usual type passes as it is. Everything else goes through graphql-core's own function value by value,
so that odd values (a number for a String, a member of an enum) come out the same; what that refuses is a surprise.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from types import NoneType
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

from execution.bailout import Surprise
from execution.columns import Column, check_plain, present, spread

Leaf: TypeAlias = Callable[[Column], Column]


@lru_cache(maxsize=1_024)
def leaf_column(type_: GraphQLLeafType, *, nullable: bool) -> Leaf:
    """Give the function that turns a column of values into a column of results."""
    usual = _usual(type_)
    convert = usual or _any(type_)
    if not nullable:
        return convert
    exact = _EXACT.get(type_.name) if usual is not None else None
    allowed = {exact, NoneType}

    def nullable_column(column: Column) -> Column:
        if exact is not None and allowed.issuperset(map(type, column)):
            return column
        return spread(column, convert(present(column)))

    return nullable_column


def _usual(type_: GraphQLLeafType) -> Leaf | None:
    if isinstance(type_, GraphQLScalarType):
        if is_specified_scalar_type(type_):
            return _SPECIFIED[type_.name](_any(type_))
        if type_.name == "DateTime":
            return _moments(_any(type_))
    return _members(type_) if isinstance(type_, GraphQLEnumType) else None


def _any(type_: GraphQLLeafType) -> Leaf:
    coerce = type_.coerce_output_value

    def one_by_one(column: Column) -> Column:
        check_plain(column)
        results = [coerce(value) for value in column]
        for result in results:
            if result is None or result is Undefined:
                raise Surprise(type_.name)
        return results

    return one_by_one


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
            raise Surprise("Int")
        return otherwise(column)

    return ints


def _floats(otherwise: Leaf) -> Leaf:
    def floats(column: Column) -> Column:
        if _FLOAT.issuperset(map(type, column)) and all(map(isfinite, column)):
            return column
        return otherwise(column)

    return floats


def _moments(otherwise: Leaf) -> Leaf:
    def moments(column: Column) -> Column:
        # orjson writes these as `isoformat` does, several times faster; other zones it may write in another way.
        if _MOMENT.issuperset(map(type, column)) and _UTC.issuperset([value.tzinfo for value in column]):
            return column
        return otherwise(column)

    return moments


def _members(type_: GraphQLEnumType) -> Leaf:
    coerce = _any(type_)
    names: dict[Any, Any] = {value.value: coerce([value.value])[0] for value in type_.values.values()}

    def members(column: Column) -> Column:
        try:
            return [names[value] for value in column]
        except (KeyError, TypeError):
            return coerce(column)

    return members


_INT, _FLOAT, _MOMENT, _UTC = {int}, {float}, {datetime}, {UTC}
_SPECIFIED: dict[str, Callable[[Leaf], Leaf]] = {
    "String": _exactly(str),
    "ID": _exactly(str),
    "Boolean": _exactly(bool),
    "Int": _ints,
    "Float": _floats,
}
_EXACT: dict[str, type] = {"String": str, "ID": str, "Boolean": bool}
