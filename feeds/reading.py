"""Feeds in which people keep their place: which those are, pages that begin there, and how much is new above it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from feeds.home import KEYSET as HOME
from feeds.home import home
from feeds.keysets import Keyset, Place
from feeds.paginate import Skeleton, Slice
from feeds.pipeline import Feed, count_above
from feeds.public_timeline import KEYSET as PUBLIC
from feeds.public_timeline import public_timeline
from feeds.reader import Reader
from graph.ids import is_id, next_id
from graph.rows.posts import PostRow
from graph.rows.reading import ReadingFeed, ReadingPosition

NEWER_MOST = 100
"""Most posts above a position that are counted: as many as the longest page."""


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed in which people keep their place, and its order."""

    keyset: Keyset
    feed: Callable[[Reader], Feed[PostRow]]


FEEDS: Mapping[ReadingFeed, ReadFeed] = {
    ReadingFeed.HOME: ReadFeed(HOME, home),
    ReadingFeed.PUBLIC: ReadFeed(PUBLIC, public_timeline),
}


def place_of(reader: Reader, feed: ReadingFeed, cursor: str) -> Place:
    """Return the place that a cursor of a feed holds.

    Raises:
        InvalidInput: it is no cursor of this feed, or not of this reader.

    """
    return reader.cursors(FEEDS[feed].keyset).place(cursor, "cursor")


def cursor_of(reader: Reader, position: ReadingPosition) -> str:
    """Return the cursor of a position. What stands there may be hidden by now, so it says nothing of it."""
    return reader.cursors(FEEDS[position.feed].keyset).sealed(position.place)


def is_good(position: ReadingPosition) -> bool:
    """Return whether a position is a place of its feed: the order of the feed may be another one than when it was kept."""
    return FEEDS[position.feed].keyset.holds(position.place)


def from_position(reader: Reader, position: ReadingPosition) -> Feed[PostRow]:
    """Return a feed from a position on, with the post that stands there."""
    feed = FEEDS[position.feed].feed(reader)
    start = _including(feed.keyset, position.place)
    return replace(feed, skeleton=_beginning_at(feed.skeleton, feed.keyset, start), backward=None)


async def newer(reader: Reader, position: ReadingPosition) -> int:
    """Return how many posts stand above a position that the reader sees, at most `NEWER_MOST`."""
    return await count_above(reader, FEEDS[position.feed].feed(reader), position.place, NEWER_MOST)


def _beginning_at(skeleton: Skeleton, keyset: Keyset, start: Place) -> Skeleton:
    async def read(beyond: Place, limit: int) -> Slice:
        return await skeleton(start if beyond == keyset.start else beyond, limit)

    return read


def _including(keyset: Keyset, place: Place) -> Place:
    """Return the place just above one of a feed that descends by ids, where a walk of now begins."""
    first = place[0]
    return (next_id(first) if isinstance(first, str) and is_id(first) else first, *keyset.start[1:])
