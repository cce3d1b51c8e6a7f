"""Lookups of the viewer's folders of bookmarks, and of which of them posts are in."""

import unicodedata
from collections.abc import Mapping, Sequence

from graph.driver import Graph
from graph.rows.bookmarks import BookmarkFolder
from loaders.loader import OptionalLoader


class OwnBookmarkFolderById(OptionalLoader[str, BookmarkFolder]):
    """The viewer's folders by id."""

    def __init__(self, graph: Graph, viewer: str | None) -> None:
        """Take the viewer's id, None for nobody signed in."""
        super().__init__()
        self._graph, self._viewer = graph, viewer

    async def all(self) -> Sequence[BookmarkFolder]:
        """Return all of them, by name."""
        if self._viewer is None:
            return []
        rows = await self._graph.read("bookmark_folders/of_viewer", viewer=self._viewer)
        return sorted(map(BookmarkFolder.of, rows), key=_order)

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, BookmarkFolder]:  # noqa: ARG002 - all of them are one statement
        """Look up all of them, which are few."""
        return {folder.id: folder for folder in await self.all()}


class BookmarkFolderByPost(OptionalLoader[str, BookmarkFolder]):
    """The viewer's folder that a post is in, by the post's id."""

    def __init__(self, graph: Graph, viewer_key: int | None) -> None:
        """Take the viewer's key, None for nobody signed in."""
        super().__init__()
        self._graph, self._viewer_key = graph, viewer_key

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, BookmarkFolder]:
        """Look them up in one statement."""
        if self._viewer_key is None:
            return {}
        rows = await self._graph.read("bookmark_folders/of_posts", viewer=self._viewer_key, posts=list(keys))
        return {post: BookmarkFolder.of(columns) for post, columns in rows}


def _order(folder: BookmarkFolder) -> tuple[str, str]:
    """Return what folders are ordered by: the name without case and accents, and the name itself."""
    letters = unicodedata.normalize("NFKD", folder.name.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)), folder.name
