"""Those whom the viewer blocks, newest first."""

from operator import attrgetter

from feeds.keysets import by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.users import UserRow

KEYSET = by_time("blocks")


def blocks(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer blocks, with their names and nothing else: a block hides the rest from both."""
    viewer = reader.signed_in()
    skeleton = from_statement(reader, KEYSET, "blocks/page", viewer=viewer.key)
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter("blocked_users"))
    return Feed(KEYSET, skeleton, reader.loaders.name_only_users.many, total=total)
