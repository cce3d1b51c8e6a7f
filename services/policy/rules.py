"""The rules: what may be seen and done, made of atoms, each once.

`rookery policy --write` prints them: as fragments for statements into `cypher/rules/`, and for people into `docs/policy.md`.
To add an audience, add its atom, and its line to `_in_audience`.
"""

from collections.abc import Mapping
from typing import Any

from services.policy.atoms import (
    audience_close_friends,
    audience_followers,
    audience_mentioned,
    audience_public,
    blocked_either_way,
    post_live,
    quotes_from_everyone,
    quotes_from_followers,
    replies_from_everyone,
    replies_from_followers,
    replies_from_mentioned,
    shows_counts,
    shows_followers,
    shows_following,
    user_active,
    user_discoverable,
    user_public,
    viewer_follows_user,
    viewer_is_close_friend,
    viewer_is_follower,
    viewer_is_user,
    viewer_mentioned,
)
from services.policy.checks import PostCheck, UserCheck
from services.policy.rule import Rule, every, no, some

may_see_user: Rule[UserCheck] = every(user_active, some(viewer_is_user, no(blocked_either_way)))

may_find_user: Rule[UserCheck] = every(may_see_user, user_discoverable)

_open_to_viewer: Rule[UserCheck] = some(user_public, viewer_follows_user)

may_see_followers: Rule[UserCheck] = every(
    may_see_user, some(viewer_is_user, every(shows_followers, _open_to_viewer))
)
may_see_following: Rule[UserCheck] = every(
    may_see_user, some(viewer_is_user, every(shows_following, _open_to_viewer))
)
may_see_follower_count: Rule[UserCheck] = every(
    may_see_user, some(viewer_is_user, shows_followers, shows_counts)
)
may_see_following_count: Rule[UserCheck] = every(
    may_see_user, some(viewer_is_user, shows_following, shows_counts)
)
may_see_post_count: Rule[UserCheck] = every(may_see_user, some(viewer_is_user, _open_to_viewer))
may_see_reactions: Rule[UserCheck] = every(may_see_user, some(_open_to_viewer, viewer_is_user))

_in_audience: Rule[PostCheck] = some(
    every(audience_public, some(user_public, viewer_is_follower, viewer_mentioned)),
    every(audience_followers, some(viewer_is_follower, viewer_mentioned)),
    every(audience_close_friends, viewer_is_close_friend),
    every(audience_mentioned, viewer_mentioned),
)

may_see_post: Rule[PostCheck] = every(
    post_live, user_active, some(viewer_is_user, every(no(blocked_either_way), _in_audience))
)
may_reply: Rule[PostCheck] = every(
    may_see_post,
    some(
        viewer_is_user,
        replies_from_everyone,
        every(replies_from_followers, viewer_follows_user),
        every(replies_from_mentioned, viewer_mentioned),
    ),
)
# A quote is read by others than the post, so only what everybody may see is quoted, but for one's own.
_open_to_quotes: Rule[PostCheck] = every(
    audience_public, user_public, some(quotes_from_everyone, every(quotes_from_followers, viewer_follows_user))
)
may_quote: Rule[PostCheck] = every(
    post_live, user_active, some(viewer_is_user, every(no(blocked_either_way), _open_to_quotes))
)
may_repost: Rule[PostCheck] = every(
    post_live, user_active, audience_public, some(viewer_is_user, every(no(blocked_either_way), user_public))
)
# How often a post for few was viewed would tell its author, and each of them, who of them has read it.
may_see_views: Rule[PostCheck] = every(
    post_live, user_active, some(viewer_is_user, every(no(blocked_either_way), audience_public, user_public))
)

RULES: Mapping[str, tuple[str, Rule[Any]]] = {
    "may_see_user": ("A viewer may see a person", may_see_user),
    "may_find_user": ("A person may be suggested to a viewer", may_find_user),
    "may_see_followers": ("A viewer may see who follows a person", may_see_followers),
    "may_see_following": ("A viewer may see whom a person follows", may_see_following),
    "may_see_follower_count": ("A viewer may see how many follow a person", may_see_follower_count),
    "may_see_following_count": ("A viewer may see how many a person follows", may_see_following_count),
    "may_see_post_count": ("A viewer may see how many posts a person has", may_see_post_count),
    "may_see_reactions": ("A viewer may see which posts a person likes and reposts", may_see_reactions),
    "may_see_post": ("A viewer may see a post; the person is its author", may_see_post),
    "may_reply": ("A viewer may reply to a post; the person is its author", may_reply),
    "may_quote": ("A viewer may quote a post; the person is its author", may_quote),
    "may_see_views": ("A viewer may see how often a post was viewed; the person is its author", may_see_views),
    "may_repost": ("A viewer may repost a post; the person is its author", may_repost),
}
"""Every rule by name, with what it answers."""
