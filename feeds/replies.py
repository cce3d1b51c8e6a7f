"""Direct replies to a post, oldest first."""

from operator import attrgetter

from feeds.headed import Headed
from feeds.keysets import IdColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.posts import PostRow
from keyspace.list_heads import REPLIES

KEYSET = Keyset("replies", ascending=True, reply=IdColumn())


def replies(reader: Reader, post: PostRow) -> Feed[PostRow]:
    """Return the direct replies to a post that the viewer may see, without those that its author has hidden."""
    backward = from_statement(reader, KEYSET, "posts/replies_backward", post=post.id)
    skeleton = Headed(reader, REPLIES, post.id, KEYSET, "posts/replies", {"post": post.id})
    total = counted(reader.loaders.post_counts, post.id, attrgetter("replies"))
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, (is_not_hidden,), post.id, backward, total)


def is_not_hidden(reply: PostRow) -> bool:
    """Return whether a reply is still not hidden: a list that was read before may have it."""
    return not reply.reply_hidden
