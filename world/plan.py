"""A generated demo world, before it is written to the graph."""

from dataclasses import dataclass

from world.content_warnings import with_warnings
from world.demo_post import DemoPost
from world.edits import with_edits
from world.follows import Follow, follows_of
from world.keeping import Keeping, keeping_of
from world.likes import Like, likes_of
from world.people import Person, people_of
from world.posts import posts_of
from world.reposts import DemoRepost, reposts_of
from world.society import Society
from world.views import Views, views_of


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything in a demo world. All times are before `now_ms`."""

    people: list[Person]
    follows: list[Follow]
    posts: list[DemoPost]
    likes: list[Like]
    reposts: list[DemoRepost]
    views: Views
    keeping: Keeping
    now_ms: int

    @classmethod
    def of(cls, seed: int, people: int, posts: int, now_ms: int) -> "Plan":
        """Generate a world, the same for the same arguments."""
        everybody = people_of(seed, people, now_ms)
        follows = follows_of(seed, everybody, now_ms)
        society = Society.of(everybody, follows, now_ms)
        written = with_edits(seed, society, with_warnings(seed, society, posts_of(seed, society, posts)))
        likes = likes_of(seed, society, written)
        reposts = reposts_of(seed, society, written, likes)
        views = views_of(seed, society, written, likes, reposts)
        return cls(everybody, follows, written, likes, reposts, views, keeping_of(seed, society, written, likes), now_ms)
