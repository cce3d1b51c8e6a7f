"""Columns: one value for each parent of a level, checked and reshaped as a whole.

Compiled code calls these by name. Each bails out where graphql-core would find an error, or might.
"""

from collections.abc import Callable, Iterable, Mapping
from inspect import isawaitable
from itertools import chain, islice, repeat
from types import NoneType
from typing import Any, TypeAlias

from graphql import Undefined
from strawberry.execution import optimized_is_awaitable

from execution.bailout import Bailout, BailoutCause
from execution.declarations import Column, RowsOf
from execution.origin import is_raised_by_library

IsTypeOf: TypeAlias = Callable[[Any, Any], Any]

_LISTS = {list, tuple}
_TRUE = {True}
_plain: set[type] = set()
"""Types met before whose values are neither null, errors nor awaitable. Bounded by the classes of the program."""


def check_plain(column: Column) -> None:
    """Bail out for nulls, errors given as values, and what would have to be awaited."""
    if _plain.issuperset(map(type, column)):
        return
    for value in column:
        kind = type(value)
        if kind in _plain:
            continue
        if value is None or value is Undefined:
            raise Bailout(BailoutCause.NULL)
        if isinstance(value, BaseException):
            raise Bailout(BailoutCause.RESOLVER_ERROR)
        if optimized_is_awaitable(value):
            raise Bailout(BailoutCause.AWAITABLE)
        # Whether a generator can be awaited depends on its flags, not on its type.
        if not isawaitable(value) and not hasattr(kind, "gi_frame"):
            _plain.add(kind)


def rows_of(is_type_of: IsTypeOf | None) -> Callable[[Column], Column]:
    """Return the check of a column of objects, as graphql-core does it: no null, and `is_type_of` agrees, if there is one."""
    usual = {is_type_of.kind} if isinstance(is_type_of, RowsOf) and not hasattr(is_type_of.kind, "__await__") else set()

    def rows(column: Column) -> Column:
        if usual.issuperset(map(type, column)):
            return column
        check_plain(column)
        if is_type_of is not None and not _TRUE.issuperset(map(is_type_of, column, repeat(None))):
            raise Bailout(BailoutCause.WRONG_ROW)
        return column

    return rows


def mapped(function: Callable[[Column], Column]) -> Callable[[Column], Column]:
    """Return the function of a `MappedColumn`, made to bail out where it refuses values. Any other exception is a defect."""

    def mapped_column(column: Column) -> Column:
        try:
            return function(column)
        except Exception as error:
            if is_raised_by_library(error) or type(column) not in _LISTS:  # the column is wrong, not the values in it
                raise
            raise Bailout(BailoutCause.REFUSED_COLUMN) from None

    return mapped_column


def present(column: Column) -> Column:
    """Leave the nulls out."""
    # By type: `None in column` would ask every row whether it equals null.
    return [value for value in column if value is not None] if NoneType in map(type, column) else column


def spread(column: Column, values: Column) -> Column:
    """Put values where the column has no null; undoes `present`."""
    if len(values) == len(column):
        return values
    each = iter(values)
    return [None if value is None else next(each) for value in column]


def flat(column: Column) -> Column:
    """Put the items of lists one after the other."""
    if not _LISTS.issuperset(map(type, column)):
        check_plain(column)
        raise Bailout(BailoutCause.NOT_A_LIST)
    return list(column[0]) if len(column) == 1 else list(chain.from_iterable(column))


def nested(column: Column, items: Column) -> Column:
    """Put items back into lists as long as those of the column; undoes `flat`."""
    if len(column) == 1:
        return [items]
    each = iter(items)
    return [list(islice(each, len(value))) for value in column]


def without_nulls(column: Column, items: Column) -> Column:
    """Put items back into lists as `nested` does, and leave nulls out."""
    each = iter(items)
    return [[item for item in islice(each, len(value)) if item is not None] for value in column]


def interleaved(names: Iterable[str], results: Mapping[str, Column]) -> Column:
    """Put the results of each type, by its name, back into the order of the rows, whose types are `names`."""
    each = {name: iter(column) for name, column in results.items()}
    return [next(each[name]) for name in names]
