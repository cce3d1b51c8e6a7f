"""What a feed is, and how a page of any feed is made.

1. skeleton: ids and their places, nothing else.
2. hydrate: the rows of ids that the viewer may see, in one batch.
3. rules: what else takes a row off the page. A page that comes out short is refilled.
4. present: edges and cursors.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from errors import InvalidInput
from feeds.connection import Connection, Edge, PageInfo
from feeds.cursors import ListCursors
from feeds.keysets import Keyset, Place
from feeds.paginate import Page, Show, Skeleton, Slice, paginate
from feeds.reader import Reader

R = TypeVar("R")

FIRST_MAX = 100
"""Longest page."""


@dataclass(frozen=True, slots=True)
class Feed(Generic[R]):
    """A list that pages are made of, as one reader may see it.

    `owner` is the id of whom or what the list belongs to, empty for the viewer's own. A row stays on a page
    if every rule says so.
    """

    keyset: Keyset
    skeleton: Skeleton
    hydrate: Show[R]
    rules: Sequence[Callable[[R], bool]] = ()
    owner: str = ""

    async def show(self, ids: Sequence[str]) -> Sequence[R | None]:
        """Return the rows of ids that stay on a page, None for the others, in order."""
        rows = await self.hydrate(ids)
        for rule in self.rules:
            rows = [row if row is not None and rule(row) else None for row in rows]
        return rows


async def page(reader: Reader, feed: Feed[R], first: int, after: str | None) -> Connection[R]:
    """Return the page of `first` rows after a cursor, or the first page.

    Raises:
        InvalidInput: `first` is out of bounds, or `after` is not a cursor that this reader was given for this list.
        Unavailable: the graph cannot be reached and is needed.

    """
    size = page_size(first)
    cursors = reader.cursors(feed.keyset, feed.owner)
    start = feed.keyset.start if after is None else cursors.place(after, "after")
    found = await paginate(feed.skeleton, feed.show, first=size, start=start, rounds=reader.parts.refill_rounds)
    return _present(found, cursors, after)


async def edge_at(reader: Reader, feed: Feed[R], place: Place, id_: str) -> Edge[R] | None:
    """Return an item as a page of a feed would show it, None where the feed hides it."""
    (row,) = await feed.show([id_])
    return None if row is None else Edge(reader.cursors(feed.keyset, feed.owner), place, row)


def page_size(first: int, longest: int = FIRST_MAX) -> int:
    """Check the size of a page.

    Raises:
        InvalidInput: it is not between 1 and the longest page.

    """
    if not 1 <= first <= longest:
        raise InvalidInput("first", f"A page has between 1 and {longest} items.")
    return first


def from_statement(reader: Reader, keyset: Keyset, statement: str, **params: Any) -> Skeleton:
    """Read slices by a statement that takes `limit` and the columns of the keyset; it returns ids, or keysets with an id last."""

    async def read(after: Place, limit: int) -> Slice:
        rows = await reader.graph.read(statement, **{**params, **keyset.params(after), "limit": limit}) or ()
        ended = len(rows) < limit
        if not rows or isinstance(rows[0], str):
            return Slice.of_ids(rows, ended=ended)
        return Slice([row[-1] for row in rows], [tuple(row[:-1]) for row in rows], ended)

    return read


def _present(found: Page[R], cursors: ListCursors, after: str | None) -> Connection[R]:
    places = found.places
    edges = [Edge(cursors, place, row) for place, row in zip(places, found.rows, strict=True)]
    start = places[0] if places else None
    info = PageInfo(cursors, found.has_next, after is not None, start, found.end, found.end_is_hidden)
    return Connection(edges, info)
