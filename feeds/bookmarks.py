"""The viewer's bookmarks, newest first."""

from operator import attrgetter

from feeds.keysets import IdColumn, IntegerColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.posts import PostRow

KEYSET = Keyset("bookmarks", at=IntegerColumn(), post=IdColumn())


def bookmarks(reader: Reader) -> Feed[PostRow]:
    """Return the posts that the viewer bookmarked and may see."""
    viewer = reader.signed_in()
    skeleton, backward = [
        from_statement(reader, KEYSET, name, viewer=viewer.key) for name in ("bookmarks/page", "bookmarks/page_backward")
    ]
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter("bookmarks"))
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, backward=backward, total=total)
