"""Topics: what entries of the live stream are about. Each is a key of the hub's index; a kind of stream subscribes to some."""

from collections.abc import Callable, Hashable
from functools import partial


def home_posts_of(author: int) -> Hashable:
    """Return the topic of an author's posts that belong on home timelines.

    A subscriber has hundreds of these keys, so they are as small as can be.
    """
    return author


def post_of(post: str) -> Hashable:
    """Return the topic of one post: its counts, and its end."""
    return _topic("post", post)


def post_in(topic: Hashable) -> str | None:
    """Return the post of which a topic is, or None."""
    return topic[1] if isinstance(topic, tuple) and topic[0] == "post" else None


def _topic(about: str, of: Hashable) -> Hashable:
    return about, of


posts_of: Callable[[int], Hashable] = partial(_topic, "posts")
"""Returns the topic of all posts of an author, with replies to others."""
reposts_of: Callable[[int], Hashable] = partial(_topic, "reposts")
"""Returns the topic of what somebody reposts, for who watches their posts with replies; it is among their home posts as well."""
thread_of: Callable[[str], Hashable] = partial(_topic, "thread")
"""Returns the topic of a conversation, by the id of its first post."""
hashtag_of: Callable[[str], Hashable] = partial(_topic, "hashtag")
"""Returns the topic of the home posts with a hashtag, for those who follow it."""
account_of: Callable[[int], Hashable] = partial(_topic, "account")
"""Returns the topic of changes of somebody's account, which may end their streams."""
follows_of: Callable[[int], Hashable] = partial(_topic, "follows")
"""Returns the topic of those whom somebody begins to follow, and of hashtags that they begin or cease to follow."""
