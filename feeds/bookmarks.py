"""The viewer's bookmarks, newest first."""

from feeds.keysets import NEWEST_FIRST, IntegerColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.posts import PostRow

KEYSET = Keyset("bookmarks", at=IntegerColumn(), post=NEWEST_FIRST)


def bookmarks(reader: Reader) -> Feed[PostRow]:
    """Return the posts that the viewer bookmarked and may see."""
    viewer = reader.signed_in()
    skeleton = from_statement(reader, KEYSET, "bookmarks/page", viewer=viewer.key)
    return Feed(KEYSET, skeleton, reader.loaders.hydrate)
