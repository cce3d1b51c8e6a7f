"""Which follows are shown: the one thing that is hidden by the choices of two people."""

from services.policy.checks import UserCheck
from services.policy.rules import may_see_followers, may_see_following, may_see_user


def may_see_follow(follower: UserCheck, followed: UserCheck) -> bool:
    """Return whether a viewer may see that the one follows the other: from both lists, or because it is their own follow."""
    if follower.viewer in (follower.user.id, followed.user.id):
        return may_see_user.holds(follower) and may_see_user.holds(followed)
    return may_see_following.holds(follower) and may_see_followers.holds(followed)
