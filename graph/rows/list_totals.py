"""Rows of how long the lists are that belong to a viewer alone."""

from dataclasses import dataclass

COUNTED_MAX = 1_000
"""Most people of a list that are counted. Each is looked at, about a microsecond, since the list does not show all of them."""


@dataclass(frozen=True, slots=True)
class ListTotals:
    """How many people the viewer's lists show, None for a list of more than `COUNTED_MAX`.

    `bookmarks` and `likes` are how many they have given, of posts that are gone as well.
    """

    follow_requests: int | None
    sent_follow_requests: int | None
    close_friends: int | None
    blocked_users: int | None
    muted_users: int | None
    bookmarks: int
    likes: int
