"""Cursors: where an item stands in a list, opaque to clients.

A list is ordered by a keyset: one or more columns whose values, together, no two items share. A cursor holds the name of the list
and the values. So a page costs the same at any depth, and nothing shifts while others write. What a client sends is
checked against the columns.

Where a page ends among what its viewer may not see, its cursor would name a hidden thing. That cursor is sealed.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import orjson

from errors import InvalidInput
from graph.ids import FIRST, LAST, is_id
from integers import MAX_SAFE_INTEGER
from services.sealing import SealBroken, Sealing

Place: TypeAlias = tuple[int | str, ...]
"""Where an item stands: the values of the columns, in their order."""


class Column(Protocol):
    """One value of a keyset."""

    @property
    def start(self) -> int | str:
        """The value before the first item."""

    def holds(self, value: object) -> bool:
        """Return whether a value from a client may be one of this column."""


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


@dataclass(frozen=True, slots=True)
class StringColumn:
    """Strings of up to `longest` characters, in ascending order; no item has the empty string."""

    longest: int
    start: str = ""

    def holds(self, value: object) -> bool:
        """Accept strings that are not too long."""
        return isinstance(value, str) and 0 < len(value) <= self.longest


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

    def encode(self, place: Place) -> str:
        """Return the cursor of a place."""
        return urlsafe_b64encode(orjson.dumps((self.name, *place))).decode()

    def decode(self, cursor: str) -> Place:
        """Return the place that a cursor holds.

        Raises:
            InvalidInput: it is not a cursor of this list.

        """
        name, *values = _parsed(cursor)
        columns = self._columns.values()
        if name != self.name or len(values) != len(columns):
            raise _refused()
        if not all(column.holds(value) for column, value in zip(columns, values, strict=True)):
            raise _refused()
        return tuple(values)


def by_time(name: str) -> Keyset:
    """Return the order of lists of relationships: by the moment they were made, newest first, ties by the other user's key."""
    return Keyset(name, at=IntegerColumn(), other=IntegerColumn())


@dataclass(frozen=True, slots=True)
class ListCursors:
    """The cursors of one list as one viewer pages through it.

    `owner` is whose list it is and `viewer` who reads it. A sealed cursor is good for this list and viewer alone: on another
    list, the place of something hidden would reveal it. Only sealed cursors have dots.
    """

    sealing: Sealing
    keyset: Keyset
    owner: str
    viewer: str

    def sealed(self, place: Place) -> str:
        """Return the cursor of a place that only this server reads."""
        return self.sealing.seal(f"{self._scope} {self.keyset.encode(place)}")

    def place(self, after: str | None) -> Place:
        """Return the place of a cursor, sealed or not; without one, the place before the first item.

        Raises:
            InvalidInput: it is not a cursor of this list, or it is sealed for another viewer or list.

        """
        if after is None:
            return self.keyset.start
        return self.keyset.decode(self._unsealed(after) if "." in after else after)

    @property
    def _scope(self) -> str:
        return f"{self.viewer} {self.keyset.name} {self.owner}"

    def _unsealed(self, after: str) -> str:
        try:
            scope, _, within = self.sealing.unseal(after).rpartition(" ")
        except SealBroken as error:
            raise _refused() from error
        if scope != self._scope:
            raise _refused()
        return within


def _parsed(cursor: str) -> Sequence[Any]:
    try:
        found = orjson.loads(urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, UnicodeError, orjson.JSONDecodeError) as error:
        raise _refused() from error
    if not isinstance(found, list) or not found:
        raise _refused()
    return found


def _refused() -> InvalidInput:
    return InvalidInput("after", "This is not a cursor that this server gave for this page.")
