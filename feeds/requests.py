"""Requests to follow: those who ask the viewer, and those whom the viewer asks, newest first."""

from operator import attrgetter

from feeds.keysets import Keyset, by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.users import UserRow

RECEIVED = by_time("requests/received")
SENT = by_time("requests/sent")


def requests_received(reader: Reader) -> Feed[UserRow]:
    """Return the users who ask to follow the viewer."""
    return _requests(reader, RECEIVED, "follow_requests")


def requests_sent(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer asks to follow."""
    return _requests(reader, SENT, "sent_follow_requests")


def _requests(reader: Reader, keyset: Keyset, list_: str) -> Feed[UserRow]:
    viewer = reader.signed_in()
    skeleton = from_statement(reader, keyset, keyset.name, viewer=viewer.key)
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter(list_))
    return Feed(keyset, skeleton, reader.loaders.visible_users.many, total=total)
