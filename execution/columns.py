"""Columns: one value for each parent of a level, checked and reshaped as a whole.

Compiled code calls these by name. Each raises `Surprise` where graphql-core would find an error, or might.
"""

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import isawaitable
from itertools import chain, islice, repeat
from types import NoneType
from typing import Any, TypeAlias

from graphql import Undefined
from strawberry.execution import optimized_is_awaitable

from execution.bailout import Surprise
from schema.fields import RowsOf

Column: TypeAlias = Sequence[Any]
IsTypeOf: TypeAlias = Callable[[Any, Any], Any]

_LISTS = {list, tuple}
_TRUE = {True}
_plain: set[type] = set()
"""Types met before whose values are neither null, errors nor awaitable. Bounded by the classes of the program."""


def check_plain(column: Column) -> None:
    """Refuse nulls, errors given as values, and what would have to be awaited."""
    if _plain.issuperset(map(type, column)):
        return
    for value in column:
        kind = type(value)
        if kind in _plain:
            continue
        if value is None or value is Undefined or isinstance(value, BaseException) or optimized_is_awaitable(value):
            raise Surprise(kind.__name__)
        # Whether a generator may be awaited is told by its flags, not by its type.
        if not isawaitable(value) and not hasattr(kind, "gi_frame"):
            _plain.add(kind)


def rows_of(is_type_of: IsTypeOf | None) -> Callable[[Column], Column]:
    """Give the check of a column of objects, which is graphql-core's: no null, and `is_type_of` agrees, if there is one."""
    usual = {is_type_of.kind} if isinstance(is_type_of, RowsOf) and not hasattr(is_type_of.kind, "__await__") else set()

    def rows(column: Column) -> Column:
        if usual.issuperset(map(type, column)):
            return column
        check_plain(column)
        if is_type_of is not None and not _TRUE.issuperset(map(is_type_of, column, repeat(None))):
            raise Surprise("another type")
        return column

    return rows


def present(column: Column) -> Column:
    """Leave the nulls out."""
    # By type: `None in column` would ask every row whether it equals null.
    return [value for value in column if value is not None] if NoneType in map(type, column) else column


def spread(column: Column, values: Column) -> Column:
    """Put values where the column has no null."""
    if len(values) == len(column):
        return values
    each = iter(values)
    return [None if value is None else next(each) for value in column]


def flat(column: Column) -> Column:
    """Put the items of lists one after the other."""
    if not _LISTS.issuperset(map(type, column)):
        raise Surprise("not a list")
    return list(column[0]) if len(column) == 1 else list(chain.from_iterable(column))


def nested(column: Column, items: Column) -> Column:
    """Put items back into lists as long as those of the column."""
    if len(column) == 1:
        return [items]
    each = iter(items)
    return [list(islice(each, len(value))) for value in column]


def without_nulls(column: Column, items: Column) -> Column:
    """Put items back into lists, leaving nulls out."""
    each = iter(items)
    return [[item for item in islice(each, len(value)) if item is not None] for value in column]


def woven(names: Iterable[str], results: Mapping[str, Column]) -> Column:
    """Put the results of each type back into the order of the rows."""
    each = {name: iter(column) for name, column in results.items()}
    return [next(each[name]) for name in names]


def global_ids(prefix: str, ids: Sequence[str]) -> Column:
    """Encode own ids as `resolvers.global_ids` does.

    Ids of one length, which most are, are encoded in one go: each is filled up to whole groups of three bytes, so that the text
    of the next begins anew, and what the filling makes of its last letters is replaced by the padding.
    """
    length = len(prefix) + len(ids[0])
    missing = -length % 3
    between = "\0" * missing + prefix
    whole = (prefix + between.join(ids)).encode() + b"\0" * missing
    if len(whole) != (length + missing) * len(ids) or not {len(ids[0])}.issuperset(map(len, ids)):
        return [b2a_base64((prefix + id_).encode(), newline=False).decode() for id_ in ids]
    text, width = b2a_base64(whole, newline=False).decode(), (length + missing) // 3 * 4
    if not missing:
        return [text[at : at + width] for at in range(0, len(text), width)]
    kept, padding = width - missing, "=" * missing
    return [text[at : at + kept] + padding for at in range(0, len(text), width)]
