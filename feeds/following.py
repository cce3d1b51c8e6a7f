"""Those whom a user follows, newest first."""

from feeds.follow_list import FollowList
from feeds.keysets import by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from graph.rows.users import UserRow
from services.policy.edges import may_see_follow
from services.policy.rules import may_see_following

KEYSET = by_time("following")


def following(reader: Reader, user: UserRow) -> Feed[UserRow]:
    """Return those whom a user follows; nobody where the viewer may not see the list."""
    list_ = FollowList(reader, user, may_see_following, may_see_follow)
    skeleton = list_.skeleton(from_statement(reader, KEYSET, "follows/following", key=user.key))
    return Feed(KEYSET, skeleton, list_.hydrate, owner=user.id)
