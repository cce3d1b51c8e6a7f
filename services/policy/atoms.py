"""The atoms: the smallest questions of the policy, each beside the file of its name in `cypher/policy/`."""

from graph.rows.posts import Audience, QuoteRule, ReplyRule
from graph.rows.users import UserState
from services.policy.checks import PostCheck, UserCheck
from services.policy.rule import Rule, atom

user_active: Rule[UserCheck] = atom(
    "user_active", "their account is in use", ("user",), lambda check: check.user.state is UserState.ACTIVE
)
viewer_is_user: Rule[UserCheck] = atom(
    "viewer_is_user", "they are the viewer", ("viewer", "user"), lambda check: check.viewer == check.user.id
)
blocked_either_way: Rule[UserCheck] = atom(
    "blocked_either_way", "one of the two blocks the other", ("viewer", "user"), lambda check: check.relationship.blocked
)
viewer_follows_user: Rule[UserCheck] = atom(
    "viewer_follows_user", "the viewer follows them", ("viewer", "user"), lambda check: check.relationship.following
)
user_public: Rule[UserCheck] = atom(
    "user_public", "their account is not private", ("user",), lambda check: not check.user.private
)
user_discoverable: Rule[UserCheck] = atom(
    "user_discoverable", "they let themselves be found", ("user",), lambda check: check.user.discoverable
)
shows_followers: Rule[UserCheck] = atom(
    "shows_followers", "they do not hide who follows them", ("user",), lambda check: not check.user.hides_followers
)
shows_following: Rule[UserCheck] = atom(
    "shows_following", "they do not hide whom they follow", ("user",), lambda check: not check.user.hides_following
)
shows_counts: Rule[UserCheck] = atom(
    "shows_counts", "they do not hide counts of hidden lists", ("user",), lambda check: not check.user.hides_counts
)

post_live: Rule[PostCheck] = atom("post_live", "it is not deleted", ("post",), lambda check: check.post.deleted_at is None)
audience_public: Rule[PostCheck] = atom(
    "audience_public", "it is for everybody", ("post",), lambda check: check.post.audience is Audience.PUBLIC
)
audience_followers: Rule[PostCheck] = atom(
    "audience_followers", "it is for followers", ("post",), lambda check: check.post.audience is Audience.FOLLOWERS
)
audience_close_friends: Rule[PostCheck] = atom(
    "audience_close_friends", "it is for close friends", ("post",),
    lambda check: check.post.audience is Audience.CLOSE_FRIENDS,
)
audience_mentioned: Rule[PostCheck] = atom(
    "audience_mentioned", "it is for those whom it mentions", ("post",),
    lambda check: check.post.audience is Audience.MENTIONED,
)
viewer_is_close_friend: Rule[UserCheck] = atom(
    "viewer_is_close_friend", "they made the viewer a close friend", ("viewer", "user"),
    lambda check: check.relationship.close_friend_of,
)
viewer_mentioned: Rule[PostCheck] = atom(
    "viewer_mentioned", "it mentions the viewer, or answers a post of theirs", ("viewer", "post"),
    lambda check: any(id_ == check.viewer for _, id_ in check.post.mentions),
)
replies_from_everyone: Rule[PostCheck] = atom(
    "replies_from_everyone", "everybody may reply", ("post",), lambda check: check.post.replies is ReplyRule.EVERYONE
)
replies_from_followers: Rule[PostCheck] = atom(
    "replies_from_followers", "followers may reply", ("post",), lambda check: check.post.replies is ReplyRule.FOLLOWERS
)
replies_from_mentioned: Rule[PostCheck] = atom(
    "replies_from_mentioned", "those whom it mentions may reply", ("post",),
    lambda check: check.post.replies is ReplyRule.MENTIONED,
)
quotes_from_everyone: Rule[PostCheck] = atom(
    "quotes_from_everyone", "everybody may quote", ("post",), lambda check: check.post.quotes is QuoteRule.EVERYONE
)
quotes_from_followers: Rule[PostCheck] = atom(
    "quotes_from_followers", "followers may quote", ("post",), lambda check: check.post.quotes is QuoteRule.FOLLOWERS
)


def _is_follower(check: PostCheck) -> bool:
    since, as_of = check.relationship.following_since, check.post.followers_as_of
    return since is not None and (as_of is None or since <= as_of)


viewer_is_follower: Rule[PostCheck] = atom(
    "viewer_is_follower", "the viewer follows its author (and did when it was written, where the post asks for that)",
    ("viewer", "post", "user"), _is_follower,
)
