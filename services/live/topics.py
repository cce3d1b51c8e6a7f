"""Topics: what entries of the live stream are about. Each is a key of the hub's index; a kind of stream subscribes to some."""

from collections.abc import Hashable


def home_posts_of(author: int) -> Hashable:
    """Return the topic of an author's posts that belong on home timelines.

    A subscriber has hundreds of these keys, so they are as small as can be.
    """
    return author


def posts_of(author: int) -> Hashable:
    """Return the topic of all posts of an author, with replies to others."""
    return "posts", author


def account_of(user: int) -> Hashable:
    """Return the topic of changes of somebody's account, which may end their streams."""
    return "account", user


def follows_of(user: int) -> Hashable:
    """Return the topic of those whom somebody begins to follow."""
    return "follows", user
