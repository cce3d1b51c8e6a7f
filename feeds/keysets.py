"""Keysets: the orders of lists.

A list is ordered by one or more columns whose values, together, no two items share. So a page costs the same at any depth, and
nothing shifts while others write.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from graph.ids import FIRST, LAST, is_id
from integers import MAX_SAFE_INTEGER

TOKEN = re.compile(r"[0-9a-f]{1,64}")

Place: TypeAlias = tuple[int | str, ...]
"""Where an item stands: the values of the columns, in their order."""


class Column(Protocol):
    """One value of a keyset. Values descend along the list: the newest comes first; or they ascend."""

    @property
    def least(self) -> int | str:
        """A value below those of all items."""

    @property
    def most(self) -> int | str:
        """A value above those of all items."""

    def holds(self, value: object) -> bool:
        """Return whether a value may be one of this column."""


@dataclass(frozen=True, slots=True)
class IdColumn:
    """Ids, whose order is that of time."""

    least: str = FIRST
    most: str = LAST

    def holds(self, value: object) -> bool:
        """Accept ids in the one spelling that we give out."""
        return isinstance(value, str) and is_id(value)


@dataclass(frozen=True, slots=True)
class IntegerColumn:
    """Integers from 0 to `most`."""

    most: int = MAX_SAFE_INTEGER
    least: int = -1

    def holds(self, value: object) -> bool:
        """Accept integers within the bounds; a boolean is none."""
        return type(value) is int and 0 <= value <= self.most


@dataclass(frozen=True, slots=True)
class TokenColumn:
    """Tokens in hexadecimal digits, whose order means nothing."""

    most: str = "g"
    least: str = ""

    def holds(self, value: object) -> bool:
        """Accept up to 64 lower digits."""
        return isinstance(value, str) and TOKEN.fullmatch(value) is not None


class Keyset:
    """The order of one list: its name, and its columns by the names of the statement's parameters."""

    __slots__ = ("_ascending", "_columns", "end", "name", "sealed", "start")

    def __init__(self, name: str, /, *, ascending: bool = False, sealed: bool = False, **columns: Column) -> None:
        """Name the list and its columns, the most significant first; all of them descend, or all ascend.

        Where a place tells more than which item it is, the cursors of the list are `sealed`.
        """
        self.name, self._ascending, self.sealed = name, ascending, sealed
        self._columns: Mapping[str, Column] = columns
        least: Place = tuple(column.least for column in columns.values())
        most: Place = tuple(column.most for column in columns.values())
        self.start, self.end = (least, most) if ascending else (most, least)

    def params(self, place: Place) -> Mapping[str, int | str]:
        """Return the parameters of a statement that reads beyond a place."""
        return dict(zip(self._columns, place, strict=True))

    def precedes(self, one: Place, other: Place) -> bool:
        """Return whether one place comes before another in the list."""
        return one < other if self._ascending else one > other

    def holds(self, values: Sequence[object]) -> bool:
        """Return whether values may be a place of this list."""
        columns = self._columns.values()
        return len(values) == len(columns) and all(map(_holds, columns, values))


def by_time(name: str) -> Keyset:
    """Return the order of lists of relationships: by the moment they were made, newest first, ties by the other user's key."""
    return Keyset(name, at=IntegerColumn(), other=IntegerColumn())


def _holds(column: Column, value: object) -> bool:
    return column.holds(value)
