"""The posts that quote a post, newest first."""

from operator import attrgetter

from feeds.headed import Headed
from feeds.keysets import IdColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.posts import PostRow
from keyspace.list_heads import QUOTES

KEYSET = Keyset("quotes", quote=IdColumn())


def quotes(reader: Reader, post: PostRow) -> Feed[PostRow]:
    """Return the quotes of a post that the viewer may see, without those that its author has detached."""
    backward = from_statement(reader, KEYSET, "posts/quotes_backward", post=post.id)
    skeleton = Headed(reader, QUOTES, post.id, KEYSET, "posts/quotes", {"post": post.id})
    total = counted(reader.loaders.post_counts, post.id, attrgetter("quotes"))
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, owner=post.id, backward=backward, total=total)
