"""A user's posts, newest first."""

from feeds.keysets import NEWEST_FIRST, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.posts import PostRow
from graph.rows.users import UserRow

KEYSET = Keyset("posts", below=NEWEST_FIRST)


def profile(reader: Reader, user: UserRow, *, include_replies: bool = False) -> Feed[PostRow]:
    """Return the posts of a user that the viewer may see, with or without replies to others."""
    statement = "posts/by_author" if include_replies else "posts/by_author_home"
    skeleton = from_statement(reader, KEYSET, statement, author=user.id)
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, owner=user.id)
