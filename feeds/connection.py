"""Relay connections as rows. Cursors are made when they are read, since most pages are read without those of their items.

Edges are not frozen, unlike other data: one is made for each item of each page, and freezing took most of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from clock import moment
from feeds.cursors import ListCursors
from feeds.keysets import Place
from feeds.totals import Total
from graph.ids import milliseconds_of
from graph.rows.reposts import RepostRow

R = TypeVar("R")


class HasId(Protocol):
    """A row with an id."""

    @property
    def id(self) -> str:
        """Its own id."""


@dataclass(slots=True)
class Edge(Generic[R]):
    """A row of a page, and its place in the list. Where a post stands there by a repost or by hashtags, these are given, too."""

    cursors: ListCursors
    place: Place
    node: R
    repost: RepostRow | None = None
    hashtags: Sequence[str] = ()

    @property
    def cursor(self) -> str:
        """The cursor of the row."""
        return self.cursors.signed(self.place)

    @property
    def since(self) -> datetime:
        """When the row came into the list: the list is in the order of that time, or of ids that hold it."""
        first = self.place[0]
        return moment(first if isinstance(first, int) else milliseconds_of(first))


def edge_by_id(cursors: ListCursors, row: HasId) -> "Edge[Any]":
    """Return a row as an item of a list that is ordered by its ids alone: what a mutation adds, as a page would show it."""
    return Edge(cursors, (row.id,), row)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """The ends of a page, and whether there are pages beyond.

    `start` and `end` are the places of the first and the last row. The one where reading stopped is where the next page in that
    direction begins: it may be the place of a hidden item beyond the row.
    """

    cursors: ListCursors
    has_next_page: bool
    has_previous_page: bool
    start: Place | None
    end: Place | None
    start_is_hidden: bool = False
    end_is_hidden: bool = False

    @property
    def start_cursor(self) -> str | None:
        """Where the page before ends; None where the page is empty and there is nothing before."""
        return self._cursor(self.start, hidden=self.start_is_hidden)

    @property
    def end_cursor(self) -> str | None:
        """Where the next page begins; None where the page is empty and the last."""
        return self._cursor(self.end, hidden=self.end_is_hidden)

    def _cursor(self, place: Place | None, *, hidden: bool) -> str | None:
        if place is None:
            return None
        return self.cursors.sealed(place) if hidden else self.cursors.signed(place)


@dataclass(frozen=True, slots=True)
class Connection(Generic[R]):
    """The rows of a page in the order of the list, where the page ends, and how long the list is, looked up when asked for."""

    edges: Sequence[Edge[R]]
    page_info: PageInfo
    total: Total
