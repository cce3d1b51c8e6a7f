"""What demo log-ins see first, so that each of them finds something of everything at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from world.demo_post import DemoPost
from world.society import Society

FIRST = 12
"""Posts at the head of a home timeline that are looked at: less than a page of twenty, since there are reposts between them."""


@dataclass(frozen=True, slots=True)
class NewestPosts:
    """The newest posts of those whom demo log-ins follow, and their own, the newest first, of each log-in."""

    homes: Sequence[Sequence[DemoPost]]
    own: Sequence[Sequence[DemoPost]]

    @classmethod
    def of(cls, society: Society, posts: Sequence[DemoPost]) -> "NewestPosts":
        """Find them."""
        newest = [post for post in reversed(posts) if post.home]
        homes, own = [], []
        for person in society.log_ins:
            followed = {*society.following[person.index]}
            homes.append([post for post in newest if post.author in followed][:FIRST])
            own.append([post for post in newest if post.author == person.index])
        return cls(homes, own)
