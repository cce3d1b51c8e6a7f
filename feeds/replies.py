"""Direct replies to a post, oldest first."""

from feeds.keysets import OLDEST_FIRST, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.posts import PostRow

KEYSET = Keyset("replies", above=OLDEST_FIRST)


def replies(reader: Reader, post: PostRow) -> Feed[PostRow]:
    """Return the direct replies to a post that the viewer may see."""
    skeleton = from_statement(reader, KEYSET, "posts/replies", post=post.id)
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, owner=post.id)
