"""Direct replies that the author of what they answer has hidden behind a click, oldest first."""

from operator import attrgetter

from feeds.keysets import IdColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.posts import PostRow

KEYSET = Keyset("hidden replies", ascending=True, reply=IdColumn())


def hidden_replies(reader: Reader, post: PostRow) -> Feed[PostRow]:
    """Return the hidden replies to a post that the viewer may see."""
    skeleton = from_statement(reader, KEYSET, "posts/hidden_replies", post=post.id)
    total = counted(reader.loaders.post_counts, post.id, attrgetter("hidden_replies"))
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, (attrgetter("reply_hidden"),), post.id, total=total)
