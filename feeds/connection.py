"""Relay connections as rows. Cursors are made when they are read, since most pages are read without those of their items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from feeds.cursors import Keyset, Place

R = TypeVar("R")


class HasId(Protocol):
    """A row with an id."""

    @property
    def id(self) -> str:
        """Its own id."""


@dataclass(frozen=True, slots=True)
class Edge(Generic[R]):
    """A row of a page, and its place in the list."""

    keyset: Keyset
    place: Place
    node: R

    @property
    def cursor(self) -> str:
        """The cursor of the row."""
        return self.keyset.encode(self.place)


def edge_by_id(keyset: Keyset, row: HasId) -> "Edge[Any]":
    """Return a row as an item of a list that is ordered by its ids alone: what a mutation adds, as a page would show it."""
    return Edge(keyset, (row.id,), row)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """The ends of a page: the places of its first and last row, and whether there are pages beyond.

    `sealed_end` is an encrypted cursor; it replaces the place of the end where that is the place of a hidden row.
    """

    keyset: Keyset
    has_next_page: bool
    has_previous_page: bool
    start: Place | None
    end: Place | None
    sealed_end: str | None = None

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row; None on an empty page."""
        return None if self.start is None else self.keyset.encode(self.start)

    @property
    def end_cursor(self) -> str | None:
        """Where the next page begins; None where the page is empty and the last."""
        if self.sealed_end is not None:
            return self.sealed_end
        return None if self.end is None else self.keyset.encode(self.end)


@dataclass(frozen=True, slots=True)
class Connection(Generic[R]):
    """The rows of a page in the order of the list, and where the page ends."""

    edges: Sequence[Edge[R]]
    page_info: PageInfo
