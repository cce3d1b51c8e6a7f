"""The atoms: the smallest questions of the policy, each beside the file of its name in `cypher/policy/`."""

from graph.rows import Audience, ReplyRule
from services.policy.facts import PersonFacts, PostFacts
from services.policy.rule import Rule, atom

person_active: Rule[PersonFacts] = atom(
    "person_active", "their account is in use", ("person",), lambda facts: facts.person.state == "ACTIVE"
)
viewer_is_person: Rule[PersonFacts] = atom(
    "viewer_is_person", "they are the viewer", ("viewer", "person"), lambda facts: facts.viewer == facts.person.id
)
blocked_either_way: Rule[PersonFacts] = atom(
    "blocked_either_way", "one of the two blocks the other", ("viewer", "person"), lambda facts: facts.standing.blocked
)
viewer_follows_person: Rule[PersonFacts] = atom(
    "viewer_follows_person", "the viewer follows them", ("viewer", "person"), lambda facts: facts.standing.following
)
person_public: Rule[PersonFacts] = atom(
    "person_public", "their account is not private", ("person",), lambda facts: not facts.person.private
)
person_discoverable: Rule[PersonFacts] = atom(
    "person_discoverable", "they let themselves be found", ("person",), lambda facts: facts.person.discoverable
)
shows_followers: Rule[PersonFacts] = atom(
    "shows_followers", "they do not hide who follows them", ("person",), lambda facts: not facts.person.hides_followers
)
shows_following: Rule[PersonFacts] = atom(
    "shows_following", "they do not hide whom they follow", ("person",), lambda facts: not facts.person.hides_following
)
shows_counts: Rule[PersonFacts] = atom(
    "shows_counts", "they do not hide counts of hidden lists", ("person",), lambda facts: not facts.person.hides_counts
)

post_live: Rule[PostFacts] = atom("post_live", "it is not deleted", ("post",), lambda facts: facts.post.deleted_at is None)
audience_public: Rule[PostFacts] = atom(
    "audience_public", "it is for everybody", ("post",), lambda facts: facts.post.audience is Audience.PUBLIC
)
audience_followers: Rule[PostFacts] = atom(
    "audience_followers", "it is for followers", ("post",), lambda facts: facts.post.audience is Audience.FOLLOWERS
)
audience_close_friends: Rule[PostFacts] = atom(
    "audience_close_friends", "it is for close friends", ("post",),
    lambda facts: facts.post.audience is Audience.CLOSE_FRIENDS,
)
audience_mentioned: Rule[PostFacts] = atom(
    "audience_mentioned", "it is for those whom it mentions", ("post",),
    lambda facts: facts.post.audience is Audience.MENTIONED,
)
viewer_is_close_friend: Rule[PersonFacts] = atom(
    "viewer_is_close_friend", "they made the viewer a close friend", ("viewer", "person"),
    lambda facts: facts.standing.close_friend_of,
)
viewer_mentioned: Rule[PostFacts] = atom(
    "viewer_mentioned", "it mentions the viewer", ("viewer", "post"),
    lambda facts: any(id_ == facts.viewer for _, id_ in facts.post.mentions),
)
replies_from_everyone: Rule[PostFacts] = atom(
    "replies_from_everyone", "everybody may reply", ("post",), lambda facts: facts.post.replies is ReplyRule.EVERYONE
)
replies_from_followers: Rule[PostFacts] = atom(
    "replies_from_followers", "followers may reply", ("post",), lambda facts: facts.post.replies is ReplyRule.FOLLOWERS
)
replies_from_mentioned: Rule[PostFacts] = atom(
    "replies_from_mentioned", "those whom it mentions may reply", ("post",),
    lambda facts: facts.post.replies is ReplyRule.MENTIONED,
)


def _is_follower(facts: PostFacts) -> bool:
    since, as_of = facts.standing.following_since, facts.post.followers_as_of
    return since is not None and (as_of is None or since <= as_of)


viewer_is_follower: Rule[PostFacts] = atom(
    "viewer_is_follower", "the viewer follows its author (and did when it was written, where the post asks for that)",
    ("viewer", "post", "person"), _is_follower,
)
