"""The users who follow a user, newest first, and those of them whom the viewer follows."""

from operator import attrgetter

from feeds.follow_list import FollowList
from feeds.headed import Headed
from feeds.keysets import IntegerColumn, Keyset, Place, by_time
from feeds.paginate import EMPTY, Slice
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.users import UserRow
from keyspace.list_heads import FOLLOWERS
from services.policy.checks import UserCheck
from services.policy.edges import may_see_follow
from services.policy.rules import may_see_followers

KEYSET = by_time("followers")
YOU_KNOW_KEYSET = Keyset("known", below=IntegerColumn())


def followers(reader: Reader, user: UserRow) -> Feed[UserRow]:
    """Return the users who follow a user; an empty feed where the viewer may not see the list."""
    list_ = FollowList(reader, user, may_see_followers, _shows)
    backward = from_statement(reader, KEYSET, "follows/followers_backward", key=user.key)
    skeleton = list_.skeleton(Headed(reader, FOLLOWERS, user.id, KEYSET, "follows/followers", {"key": user.key}))
    total = counted(reader.loaders.user_counts, user.id, attrgetter("followers"))
    return Feed(KEYSET, skeleton, list_.hydrate, owner=user.id, backward=list_.skeleton(backward), total=total)


def followers_you_know(reader: Reader, user: UserRow) -> Feed[UserRow]:
    """Return the users whom the viewer follows and who follow a user; an empty feed when nobody is signed in."""
    list_ = FollowList(reader, user, may_see_followers, _shows)
    if reader.viewer is None:
        return Feed(YOU_KNOW_KEYSET, _nobody, list_.hydrate, owner=user.id)
    read = from_statement(reader, YOU_KNOW_KEYSET, "follows/known_followers", key=user.key, viewer=reader.viewer.key)
    return Feed(YOU_KNOW_KEYSET, list_.skeleton(read), list_.hydrate, owner=user.id)


def _shows(user: UserCheck, follower: UserCheck) -> bool:
    return may_see_follow(follower, user)


async def _nobody(_after: Place, _limit: int) -> Slice:
    return EMPTY
