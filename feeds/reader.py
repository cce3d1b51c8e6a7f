"""Who reads a page, and what a page is read with: made by a request for its viewer, and by the worker for anybody."""

from dataclasses import dataclass
from typing import NamedTuple

from errors import Unauthenticated
from feeds.cursors import CursorKeys, ListCursors
from feeds.keysets import Keyset
from graph.driver import Graph
from keyspace.row_cache import RowCache
from loaders.operation import Loaders
from services.delivery.cached import CachedTimelines
from services.delivery.hashtag_posts import HashtagPosts
from services.delivery.pull import Pull
from services.delivery.pulled import PulledAuthors
from services.delivery.recent import RecentPosts


class ReaderIds(NamedTuple):
    """The two ids of a signed-in reader: the public one, and the small integer key of indexes and Redis keys."""

    id: str
    key: int


@dataclass(frozen=True, slots=True)
class FeedParts:
    """What all readers of a process share. `refill_rounds` bounds how often a page that rules leave short is read on."""

    graph: Graph
    cache: RowCache
    timelines: CachedTimelines
    pull: Pull
    recent: RecentPosts
    pulled: PulledAuthors
    hashtags: HashtagPosts
    cursor_keys: CursorKeys
    refill_rounds: int

    def reader(self, viewer: ReaderIds | None) -> "Reader":
        """Return a reader with nothing looked up yet; None is nobody signed in."""
        graph = self.graph.as_viewer(viewer.id if viewer else None)
        return Reader(self, viewer, graph, Loaders(graph, self.cache, viewer))


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader, None for nobody signed in; the graph as they read it, and the lookups of one operation."""

    parts: FeedParts
    viewer: ReaderIds | None
    graph: Graph
    loaders: Loaders

    def cursors(self, keyset: Keyset, owner: str = "") -> ListCursors:
        """Return the cursors of a list as this reader is given them; `owner` is empty for a list of their own."""
        return ListCursors(self.parts.cursor_keys, keyset, owner, self.viewer.id if self.viewer else "")

    def signed_in(self) -> ReaderIds:
        """Return the viewer, for the feeds that belong to one.

        Raises:
            Unauthenticated: nobody is signed in.

        """
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer
