"""Requests to follow: those who ask the viewer, and those whom the viewer asks, newest first."""

from feeds.keysets import Keyset, by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.users import UserRow

RECEIVED = by_time("requests/received")
SENT = by_time("requests/sent")


def requests_received(reader: Reader) -> Feed[UserRow]:
    """Return the users who ask to follow the viewer."""
    return _requests(reader, RECEIVED)


def requests_sent(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer asks to follow."""
    return _requests(reader, SENT)


def _requests(reader: Reader, keyset: Keyset) -> Feed[UserRow]:
    viewer = reader.signed_in()
    skeleton = from_statement(reader, keyset, keyset.name, viewer=viewer.key)
    return Feed(keyset, skeleton, reader.loaders.visible_users.many)
