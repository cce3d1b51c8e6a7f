"""A generated demo world, before it is written to the graph."""

from dataclasses import dataclass

from world.follows import Follow
from world.likes import Like
from world.people import Person
from world.posts import DemoPost


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything in a demo world. All times are before `now_ms`."""

    people: list[Person]
    follows: list[Follow]
    posts: list[DemoPost]
    likes: list[Like]
    now_ms: int
