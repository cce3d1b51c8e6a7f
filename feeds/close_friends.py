"""The viewer's close friends, newest first."""

from feeds.keysets import by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.users import UserRow

KEYSET = by_time("close_friends")


def close_friends(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer made close friends."""
    viewer = reader.signed_in()
    skeleton = from_statement(reader, KEYSET, "close_friends/page", viewer=viewer.key)
    return Feed(KEYSET, skeleton, reader.loaders.visible_users.many)
