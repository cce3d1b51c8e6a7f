"""Those whom a user follows, newest first."""

from operator import attrgetter

from feeds.follow_list import FollowList
from feeds.headed import Headed
from feeds.keysets import by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.users import UserRow
from keyspace.list_heads import FOLLOWING
from services.policy.edges import may_see_follow
from services.policy.rules import may_see_following

KEYSET = by_time("following")


def following(reader: Reader, user: UserRow) -> Feed[UserRow]:
    """Return those whom a user follows; nobody where the viewer may not see the list."""
    list_ = FollowList(reader, user, may_see_following, may_see_follow)
    backward = from_statement(reader, KEYSET, "follows/following_backward", key=user.key)
    skeleton = list_.skeleton(Headed(reader, FOLLOWING, user.id, KEYSET, "follows/following", {"key": user.key}))
    total = counted(reader.loaders.user_counts, user.id, attrgetter("following"))
    return Feed(KEYSET, skeleton, list_.hydrate, owner=user.id, backward=list_.skeleton(backward), total=total)
