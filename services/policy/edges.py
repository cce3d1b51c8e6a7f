"""Which follows are shown: the one thing that is hidden by the choices of two people."""

from services.policy.facts import PersonFacts
from services.policy.rules import may_see_followers, may_see_following, may_see_person


def may_see_follow(follower: PersonFacts, followed: PersonFacts) -> bool:
    """Tell whether a viewer may see that the one follows the other: from both lists, or because it is their own follow."""
    if follower.viewer in (follower.person.id, followed.person.id):
        return may_see_person.holds(follower) and may_see_person.holds(followed)
    return may_see_following.holds(follower) and may_see_followers.holds(followed)
