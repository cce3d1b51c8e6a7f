"""Bookmarks: how a viewer reads their own writes when reads go to another member of a cluster."""

from collections import OrderedDict

import neo4j

VIEWERS = 10_000
"""Viewers whose last write one process stores; older writes have been replicated long since."""


class BookmarkJar:
    """The last bookmarks of each viewer. On a single server it stays empty, since there is nothing to wait for."""

    def __init__(self, *, routed: bool) -> None:
        """Store bookmarks only where reads are routed."""
        self.routed = routed
        self._of: OrderedDict[str, neo4j.Bookmarks] = OrderedDict()

    def get(self, viewer: str | None) -> neo4j.Bookmarks | None:
        """Return what a read of this viewer must wait for."""
        return None if viewer is None else self._of.get(viewer)

    def put(self, viewer: str | None, bookmarks: neo4j.Bookmarks) -> None:
        """Store the last write of a viewer."""
        if not self.routed or viewer is None:
            return
        self._of[viewer] = bookmarks
        self._of.move_to_end(viewer)
        if len(self._of) > VIEWERS:
            self._of.popitem(last=False)
