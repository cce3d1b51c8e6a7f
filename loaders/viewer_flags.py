"""Lookups of declared flags of the viewer on posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.driver import Graph
from keyspace.row_cache import RowCache
from keyspace.viewer_flags import ViewerFlag
from loaders.cached_fields import CachedFieldById

_YES, _NO = b"1", b"0"


class ViewerFlagById(CachedFieldById[bool]):
    """One flag of the viewer by the post's id; false for nobody signed in.

    Of the posts in `unset` nobody has it, as was found when the leases on them were: the graph is not asked of these. Most new
    posts are such, and new to each of their readers.
    """

    def __init__(self, graph: Graph, cache: RowCache, viewer: int | None, flag: ViewerFlag) -> None:
        """Take the flag."""
        super().__init__(graph, cache, viewer)
        self.query, self._flag = flag.statement, flag
        self.unset: set[str] = set()

    def hash_of(self, key: int) -> str:
        """Return the name of a viewer's hash."""
        return self._flag.hash_of(key)

    @staticmethod
    def decode(found: bytes) -> bool:
        """Read a byte."""
        return found == _YES

    @staticmethod
    def encode(value: bool) -> bytes:
        """Write a byte."""
        return _YES if value else _NO

    @staticmethod
    def by_pair(answer: Any) -> Mapping[tuple[int, str], bool]:
        """Read who has the flag on which post."""
        return dict.fromkeys(map(tuple, answer), True)

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Return False."""
        return False

    async def _stored(self, viewer: int, ids: Sequence[str]) -> Mapping[tuple[int, str], bool]:
        """Return on which of these posts the viewer has the flag."""
        asked = [id_ for id_ in ids if id_ not in self.unset]
        return await super()._stored(viewer, asked) if asked else {}
