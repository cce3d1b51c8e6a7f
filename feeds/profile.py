"""A user's posts, newest first."""

from operator import attrgetter

from feeds.headed import Headed
from feeds.keysets import IdColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted, uncounted
from graph.rows.posts import PostRow
from graph.rows.users import UserRow
from keyspace.list_heads import ALL_POSTS, HOME_POSTS

KEYSET = Keyset("posts", post=IdColumn())


def profile(reader: Reader, user: UserRow, *, include_replies: bool = False) -> Feed[PostRow]:
    """Return the posts of a user that the viewer may see, with or without replies to others."""
    statement, head = ("posts/by_author", ALL_POSTS) if include_replies else ("posts/by_author_home", HOME_POSTS)
    backward = from_statement(reader, KEYSET, f"{statement}_backward", author=user.id)
    skeleton = Headed(reader, head, user.id, KEYSET, statement, {"author": user.id})
    # The store counts a user's posts with their replies to others only.
    total = counted(reader.loaders.user_counts, user.id, attrgetter("posts")) if include_replies else uncounted
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, owner=user.id, backward=backward, total=total)
