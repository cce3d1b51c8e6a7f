"""Those whom the viewer blocks, newest first."""

from feeds.keysets import by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.users import UserRow

KEYSET = by_time("blocks")


def blocks(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer blocks, with their names and nothing else: a block hides the rest from both."""
    viewer = reader.signed_in()
    skeleton = from_statement(reader, KEYSET, "blocks/page", viewer=viewer.key)
    return Feed(KEYSET, skeleton, reader.loaders.name_only_users.many)
