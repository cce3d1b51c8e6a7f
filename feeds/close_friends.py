"""The viewer's close friends, newest first."""

from operator import attrgetter

from feeds.keysets import by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.users import UserRow

KEYSET = by_time("close_friends")


def close_friends(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer made close friends."""
    viewer = reader.signed_in()
    skeleton = from_statement(reader, KEYSET, "close_friends/page", viewer=viewer.key)
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter("close_friends"))
    return Feed(KEYSET, skeleton, reader.loaders.visible_users.many, total=total)
