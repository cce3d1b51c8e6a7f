"""The name of every key. Those of one person end in their small integer key, those of one thing in its packed id.

The scripts of `lua/` spell those that they make themselves: `tl:`, `tlb:`, `tlp:`, `la:`, and what a page of posts needs.
A hot row is read as the columns of its query: change the columns of a kind, and change its prefix here and there.
"""

EVENTS = "rookery:events"
"""Stream of everything that happened."""
LIVE = "rookery:live"
"""Stream of what open subscriptions may need."""
DEAD = "rookery:dead"
"""Stream of events that kept failing."""

POST = b"p2:"
"""Body of a post."""
POST_COUNTS = b"pc:"
"""Counts of a post."""
USER = b"u2:"
"""A person."""
USER_COUNTS = b"uc2:"
"""Counts of a person."""
PICTURE = b"m2:"
"""A picture."""
MUTED_TOPICS = b"mt:"
"""The words, hashtags and threads that a person mutes."""


def timeline(key: int) -> str:
    """List of a home timeline."""
    return f"tl:{key}"


def building(key: int) -> str:
    """Token of the builder of a home timeline."""
    return f"tlb:{key}"


def likes(key: int) -> str:
    """Hash of the posts that a viewer likes."""
    return f"vl:{key}"


def relationships(key: int) -> str:
    """Hash of how a viewer and other people stand."""
    return f"vs:{key}"
