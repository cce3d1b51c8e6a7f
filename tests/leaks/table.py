"""Who sees what of the world, written by hand, beside the policy and knowing nothing of it."""

from collections.abc import Mapping

from tests.leaks.world import BANNED, CLOSED, GONE, PERSONAS, SHUT, VEILED, WALL

NOBODY = "nobody"
"""Somebody who is not signed in."""
VIEWERS = (NOBODY, *PERSONAS)

SEEN_BY: Mapping[str, frozenset[str]] = {
    GONE: frozenset(),
    BANNED: frozenset(),
    WALL: frozenset(VIEWERS) - {"blocked"},
    SHUT: frozenset(VIEWERS) - {"blocking"},
    "hush_shut_more": frozenset(VIEWERS) - {"blocking"},
    "closed_post": frozenset({"follower", "mentioned"}),
    "closed_reply": frozenset({"follower", "mentioned"}),
    "closed_quote": frozenset({"follower", "mentioned"}),
    "hush_followers": frozenset({"follower", "friend", "mentioned"}),
    "hush_close_friends": frozenset({"friend"}),
    "hush_mentioned": frozenset({"mentioned"}),
    "hush_public": frozenset(),
    "hush_before": frozenset({"friend"}),
}
"""Who sees a person, a post or more of a person, with everything that bears its word. Of `hush_public` nothing is left;
`hush_before` is what a post said before it was edited, for close friends alone, and opened."""

TOLD_ON: Mapping[tuple[str, str], str] = {("blocking", "blockedUsers"): SHUT}
"""Where a viewer is told by name of a person who is otherwise hidden: one must know whom one blocks."""

EDGES_SEEN_BY: Mapping[str, frozenset[str]] = {CLOSED: frozenset({"follower"}), VEILED: frozenset()}
"""People whom everybody sees, and who sees whom they follow and who follows them, besides the two themselves."""

ASKED: Mapping[tuple[str, str], str] = {("stranger", "sentFollowRequests"): CLOSED}
"""Lists of the viewer's own doing on which such a person stands."""

COUNTS_SEEN_BY: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = {
    VEILED: (("followerCount", "followingCount"), frozenset()),
    CLOSED: (("postCount",), frozenset({"follower"})),
}
"""Counts that are null to all others."""
