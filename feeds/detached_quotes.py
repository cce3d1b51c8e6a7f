"""The quotes that the author of a post has detached from it, newest first: for them alone, who may reattach them."""

from operator import attrgetter

from feeds.keysets import IdColumn, Keyset, Place
from feeds.paginate import EMPTY, Slice
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.posts import PostRow

KEYSET = Keyset("detached quotes", quote=IdColumn())


def detached_quotes(reader: Reader, post: PostRow) -> Feed[PostRow]:
    """Return the detached quotes of a post that its author may see; none for everybody else."""
    is_author = reader.viewer is not None and reader.viewer.id == post.author_id
    skeleton = from_statement(reader, KEYSET, "posts/detached_quotes", post=post.id) if is_author else _nothing
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, (attrgetter("quote_detached"),), post.id)


async def _nothing(_beyond: Place, _limit: int) -> Slice:
    """Ask for nothing: nobody else has any."""
    return EMPTY
