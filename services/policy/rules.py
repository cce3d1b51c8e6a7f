"""The rules: what may be seen and done, made of atoms, each once.

`rookery policy --write` prints them: as fragments for statements into `cypher/rules/`, and for people into `docs/policy.md`.
To add an audience, add its atom and its line to `_in_audience`.
"""

from collections.abc import Mapping
from typing import Any

from services.policy.atoms import (
    audience_close_friends,
    audience_followers,
    audience_mentioned,
    audience_public,
    blocked_either_way,
    person_active,
    person_discoverable,
    person_public,
    post_live,
    replies_from_everyone,
    replies_from_followers,
    replies_from_mentioned,
    shows_counts,
    shows_followers,
    shows_following,
    viewer_follows_person,
    viewer_is_close_friend,
    viewer_is_follower,
    viewer_is_person,
    viewer_mentioned,
)
from services.policy.facts import PersonFacts, PostFacts
from services.policy.rule import Rule, every, no, some

may_see_person: Rule[PersonFacts] = every(person_active, some(viewer_is_person, no(blocked_either_way)))

may_find_person: Rule[PersonFacts] = every(may_see_person, person_discoverable)

_open_to_viewer: Rule[PersonFacts] = some(person_public, viewer_follows_person)

may_see_followers: Rule[PersonFacts] = every(
    may_see_person, some(viewer_is_person, every(shows_followers, _open_to_viewer))
)
may_see_following: Rule[PersonFacts] = every(
    may_see_person, some(viewer_is_person, every(shows_following, _open_to_viewer))
)
may_see_follower_count: Rule[PersonFacts] = every(
    may_see_person, some(viewer_is_person, shows_followers, shows_counts)
)
may_see_following_count: Rule[PersonFacts] = every(
    may_see_person, some(viewer_is_person, shows_following, shows_counts)
)
may_see_post_count: Rule[PersonFacts] = every(may_see_person, some(viewer_is_person, _open_to_viewer))

_in_audience: Rule[PostFacts] = some(
    every(audience_public, some(person_public, viewer_is_follower)),
    every(audience_followers, viewer_is_follower),
    every(audience_close_friends, viewer_is_close_friend),
    every(audience_mentioned, viewer_mentioned),
)

may_see_post: Rule[PostFacts] = every(
    post_live, person_active, some(viewer_is_person, every(no(blocked_either_way), _in_audience))
)
may_reply: Rule[PostFacts] = every(
    may_see_post,
    some(
        viewer_is_person,
        replies_from_everyone,
        every(replies_from_followers, viewer_follows_person),
        every(replies_from_mentioned, viewer_mentioned),
    ),
)

RULES: Mapping[str, tuple[str, Rule[Any]]] = {
    "may_see_person": ("A viewer may see a person", may_see_person),
    "may_find_person": ("A person may be suggested to a viewer, and found by search", may_find_person),
    "may_see_followers": ("A viewer may see who follows a person", may_see_followers),
    "may_see_following": ("A viewer may see whom a person follows", may_see_following),
    "may_see_follower_count": ("A viewer may see how many follow a person", may_see_follower_count),
    "may_see_following_count": ("A viewer may see how many a person follows", may_see_following_count),
    "may_see_post_count": ("A viewer may see how many posts a person has", may_see_post_count),
    "may_see_post": ("A viewer may see a post; the person is its author", may_see_post),
    "may_reply": ("A viewer may reply to a post; the person is its author", may_reply),
}
"""Every rule by name, with what it answers."""
