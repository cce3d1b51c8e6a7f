"""Keysets: the orders of lists.

A list is ordered by one or more columns whose values, together, no two items share. So a page costs the same at any depth, and
nothing shifts while others write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from graph.ids import FIRST, LAST, is_id
from integers import MAX_SAFE_INTEGER

Place: TypeAlias = tuple[int | str, ...]
"""Where an item stands: the values of the columns, in their order."""


class Column(Protocol):
    """One value of a keyset."""

    @property
    def start(self) -> int | str:
        """The value before the first item."""

    def holds(self, value: object) -> bool:
        """Return whether a value may be one of this column."""


@dataclass(frozen=True, slots=True)
class IdColumn:
    """Ids, by default from the newest."""

    start: str = LAST

    def holds(self, value: object) -> bool:
        """Accept ids in the one spelling that we give out."""
        return isinstance(value, str) and is_id(value)


OLDEST_FIRST = IdColumn(FIRST)
NEWEST_FIRST = IdColumn(LAST)


@dataclass(frozen=True, slots=True)
class IntegerColumn:
    """Integers from 0 to `most`, by default from the highest."""

    most: int = MAX_SAFE_INTEGER
    ascending: bool = False

    @property
    def start(self) -> int:
        """The value before the first item."""
        return -1 if self.ascending else self.most

    def holds(self, value: object) -> bool:
        """Accept integers within the bounds; a boolean is none."""
        return type(value) is int and 0 <= value <= self.most


class Keyset:
    """The order of one list: its name, and its columns by the names of the statement's parameters."""

    __slots__ = ("_columns", "name", "start")

    def __init__(self, name: str, /, **columns: Column) -> None:
        """Name the list and its columns, the most significant first."""
        self.name = name
        self._columns: Mapping[str, Column] = columns
        self.start: Place = tuple(column.start for column in columns.values())

    def params(self, place: Place) -> Mapping[str, int | str]:
        """Return the parameters of a statement that reads beyond a place."""
        return dict(zip(self._columns, place, strict=True))

    def holds(self, values: Sequence[object]) -> bool:
        """Return whether values may be a place of this list."""
        columns = self._columns.values()
        return len(values) == len(columns) and all(map(_holds, columns, values))


def by_time(name: str) -> Keyset:
    """Return the order of lists of relationships: by the moment they were made, newest first, ties by the other user's key."""
    return Keyset(name, at=IntegerColumn(), other=IntegerColumn())


def _holds(column: Column, value: object) -> bool:
    return column.holds(value)
