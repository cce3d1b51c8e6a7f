"""Which follows are shown. It is the one thing that the settings of two users decide."""

from services.policy.checks import UserCheck
from services.policy.rules import may_see_followers, may_see_following, may_see_user


def may_see_follow(follower: UserCheck, followed: UserCheck) -> bool:
    """Return whether a viewer may see that one follows the other: if both lists may be seen, or if it is their own follow."""
    if follower.viewer in (follower.user.id, followed.user.id):
        return may_see_user.holds(follower) and may_see_user.holds(followed)
    return may_see_following.holds(follower) and may_see_followers.holds(followed)
