"""What a feed is, and how a page of any feed is made.

1. skeleton: ids and their places, nothing else.
2. hydrate: the rows of ids that the viewer may see, in one batch.
3. rules: what else takes a row off the page. A page that comes out short is refilled.
4. present: edges and cursors.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from errors import InvalidInput
from feeds.connection import Connection, Edge, PageInfo
from feeds.cursors import ListCursors
from feeds.keysets import Keyset, Place
from feeds.paginate import Page, Show, Skeleton, Slice, paginate
from feeds.reader import Reader
from feeds.totals import Total, uncounted
from feeds.windows import Window

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Feed(Generic[R]):
    """A list that pages are made of, as one reader may see it.

    `owner` is the id of whom or what the list belongs to, empty for the viewer's own. A row stays on a page
    if every rule says so. `backward` reads the list from its end, where a statement does.
    """

    keyset: Keyset
    skeleton: Skeleton
    hydrate: Show[R]
    rules: Sequence[Callable[[R], bool]] = ()
    owner: str = ""
    backward: Skeleton | None = None
    total: Total = uncounted
    edge: Callable[[ListCursors, Place, R], Edge[R]] = Edge
    """Makes the edge of a row that stays."""
    placed: Callable[[Page[R]], Awaitable[Page[R]]] | None = None
    """Changes the places of a page that was read forward, where they hold something that is known only then, and keeps what
    the next page needs."""

    async def show(self, ids: Sequence[str]) -> Sequence[R | None]:
        """Return the rows of ids that stay on a page, None for the others, in order."""
        rows = await self.hydrate(ids)
        for rule in self.rules:
            rows = [row if row is not None and rule(row) else None for row in rows]
        return rows


async def page(reader: Reader, feed: Feed[R], window: Window) -> Connection[R]:
    """Return a page: the rows of a window of the list, fewer only at the end or where much is hidden.

    Raises:
        InvalidInput: a size is out of bounds, or a cursor is not one that this reader was given for this list.
        Unavailable: the graph cannot be reached and is needed.

    """
    size, keyset, backward = window.size(), feed.keyset, window.backward
    cursors = reader.cursors(keyset, feed.owner)
    after = None if window.after is None else cursors.place(window.after, "after")
    before = None if window.before is None else cursors.place(window.before, "before")
    skeleton = feed.backward if backward else feed.skeleton
    if skeleton is None or (before is not None and feed.backward is None):
        # A list that has several orders takes `last` and `before`, and not each of its orders does.
        raise InvalidInput("last" if backward else "before", "This order is read from its beginning, by `first` and `after`.")
    start, stop = (before or keyset.end, after) if backward else (after or keyset.start, before)
    if stop is not None:
        skeleton = _stopping(skeleton, keyset, stop, backward=backward)
    found = await paginate(skeleton, feed.show, first=size, start=start, rounds=reader.parts.refill_rounds)
    if feed.placed is not None and not backward:
        found = await feed.placed(found)
    return Connection(*_present(feed, found, cursors, window), feed.total)


async def edge_at(reader: Reader, feed: Feed[R], place: Place, id_: str) -> Edge[R] | None:
    """Return an item as a page of a feed would show it, None where the feed hides it."""
    (row,) = await feed.show([id_])
    return None if row is None else feed.edge(reader.cursors(feed.keyset, feed.owner), place, row)


async def count_above(reader: Reader, feed: Feed[R], place: Place, most: int) -> int:
    """Return how many rows of a feed stand above a place, at most so many, counted from its beginning.

    Raises:
        Unavailable: the graph cannot be reached and is needed.

    """
    skeleton = _stopping(feed.skeleton, feed.keyset, place, backward=False)
    found = await paginate(skeleton, feed.show, first=most, start=feed.keyset.start, rounds=reader.parts.refill_rounds)
    return len(found.rows)


def from_statement(
    reader: Reader, keyset: Keyset, statement: str, *, missing: Callable[[], Exception] | None = None, **params: Any
) -> Skeleton:
    """Read slices by a statement that takes `limit` and the columns of the keyset; it returns ids, or keysets with an id last.

    Where there may be no such list, the statement returns no record then, and `missing` makes the error.
    """

    async def read(beyond: Place, limit: int) -> Slice:
        rows = await reader.graph.read(statement, **{**params, **keyset.params(beyond), "limit": limit})
        if rows is None and missing is not None:
            raise missing()
        rows = rows or ()
        ended = len(rows) < limit
        if not rows or isinstance(rows[0], str):
            return Slice.of_ids(rows, ended=ended)
        return Slice([row[-1] for row in rows], [tuple(row[:-1]) for row in rows], ended)

    return read


def _stopping(skeleton: Skeleton, keyset: Keyset, stop: Place, *, backward: bool) -> Skeleton:
    """Return a skeleton that ends before a place."""

    async def read(beyond: Place, limit: int) -> Slice:
        found = await skeleton(beyond, limit)
        within = sum(keyset.precedes(*((stop, place) if backward else (place, stop))) for place in found.places)
        if within == len(found.places):
            return found
        return Slice(found.ids[:within], found.places[:within], ended=True)

    return read


def _present(
    feed: Feed[R], found: Page[R], cursors: ListCursors, window: Window
) -> tuple[Sequence[Edge[R]], PageInfo]:
    """Return the edges in the order of the list, and the ends: the one where reading stopped, and the one where it began."""
    places = found.places
    edge = feed.edge
    edges = [edge(cursors, place, row) for place, row in zip(places, found.rows, strict=True)]
    began = places[0] if places else None
    if window.backward:
        info = PageInfo(cursors, window.before is not None, found.has_next, found.end, began, start_is_hidden=found.end_is_hidden)
        return edges[::-1], info
    info = PageInfo(cursors, found.has_next, window.after is not None, began, found.end, end_is_hidden=found.end_is_hidden)
    return edges, info
