"""A demo world before it is written."""

from dataclasses import dataclass

from world.follows import Follow
from world.likes import Like
from world.people import Person
from world.posts import DemoPost


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything in a demo world. `now_ms` is the moment before which all of it happened."""

    people: list[Person]
    follows: list[Follow]
    posts: list[DemoPost]
    likes: list[Like]
    now_ms: int
