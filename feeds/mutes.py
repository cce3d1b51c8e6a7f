"""What the viewer mutes now, newest first: users, and topics."""

from operator import attrgetter

from clock import now_ms
from feeds.keysets import IdColumn, Keyset, Place, by_time
from feeds.paginate import Slice
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.mutes import MutedTopic
from graph.rows.users import UserRow

USERS = by_time("mutes")
TOPICS = Keyset("muted_topics", below=IdColumn())


def muted_users(reader: Reader) -> Feed[UserRow]:
    """Return the users whom the viewer mutes, without mutes that have ended."""
    viewer = reader.signed_in()
    skeleton = from_statement(reader, USERS, "mutes/page", viewer=viewer.key, now=now_ms())
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter("muted_users"))
    return Feed(USERS, skeleton, reader.loaders.visible_users.many, total=total)


def muted_topics(reader: Reader) -> Feed[MutedTopic]:
    """Return the topics that the viewer mutes, without mutes that have ended. All of them are one cached row."""
    reader.signed_in()
    own = reader.loaders.own_muted_topics

    async def skeleton(after: Place, limit: int) -> Slice:
        ids = [topic.id for topic in await own.current() if topic.id < str(after[0])]
        return Slice.of_ids(ids[:limit], ended=len(ids) <= limit)

    async def total() -> int:
        return len(await own.current())

    return Feed(TOPICS, skeleton, own.many, total=total)
