"""Relay connections as rows. Cursors are made when they are read, since most pages are read without those of their items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from feeds.cursors import ListCursors
from feeds.keysets import Place

R = TypeVar("R")


class HasId(Protocol):
    """A row with an id."""

    @property
    def id(self) -> str:
        """Its own id."""


@dataclass(frozen=True, slots=True)
class Edge(Generic[R]):
    """A row of a page, and its place in the list."""

    cursors: ListCursors
    place: Place
    node: R

    @property
    def cursor(self) -> str:
        """The cursor of the row."""
        return self.cursors.signed(self.place)


def edge_by_id(cursors: ListCursors, row: HasId) -> "Edge[Any]":
    """Return a row as an item of a list that is ordered by its ids alone: what a mutation adds, as a page would show it."""
    return Edge(cursors, (row.id,), row)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """The ends of a page, and whether there are pages beyond.

    `start` is the place of the first row. `end` is where the next page begins: the place of the last row, or of a hidden item
    behind it, which `end_is_hidden` tells.
    """

    cursors: ListCursors
    has_next_page: bool
    has_previous_page: bool
    start: Place | None
    end: Place | None
    end_is_hidden: bool = False

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row; None on an empty page."""
        return None if self.start is None else self.cursors.signed(self.start)

    @property
    def end_cursor(self) -> str | None:
        """Where the next page begins; None where the page is empty and the last."""
        if self.end is None:
            return None
        return self.cursors.sealed(self.end) if self.end_is_hidden else self.cursors.signed(self.end)


@dataclass(frozen=True, slots=True)
class Connection(Generic[R]):
    """The rows of a page in the order of the list, and where the page ends."""

    edges: Sequence[Edge[R]]
    page_info: PageInfo
