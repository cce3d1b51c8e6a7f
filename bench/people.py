"""Chooses people of a graph for benchmarks, in the same way each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from graph.driver import Graph
from graph.ids import FIRST
from graph.queries import Catalogue
from parts import Parts
from services.accounts.viewer import Viewer
from services.delivery.followers import NEWEST
from world.writing import with_long_timeouts

STATEMENTS = Path(__file__).parent / "cypher"
ALL_FOLLOWERS = 100_000
"""More followers than anybody has whose followers a benchmark names."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person; `following` counts the people they follow, and `ways` the paths of two follows from them."""

    id: str
    key: int
    username: str
    following: int
    ways: int


def headers_of(parts: Parts, person: Person | Viewer) -> Mapping[str, str]:
    """Return the headers of a request by this person, with a new token."""
    return {"authorization": f"Bearer {parts.accounts.tokens.issue(person.id, person.key).token}"}


def with_bench_statements(graph: Graph) -> Graph:
    """Return the same graph with the statements of the benchmarks and long time limits."""
    return replace(with_long_timeouts(graph), catalogue=Catalogue(STATEMENTS))


async def size(graph: Graph) -> tuple[int, int, int]:
    """Return the numbers of people, follows and posts."""
    people, follows, posts = await with_bench_statements(graph).read("people/size")
    return people, follows, posts


async def random_people(graph: Graph, count: int) -> list[Person]:
    """Return random people, the same for the same graph."""
    last, _, _ = await size(graph)
    keys = Random(last).sample(range(1, last + 1), min(count, last))
    return await people_by_key(graph, keys)


async def people_by_key(graph: Graph, keys: Sequence[int]) -> list[Person]:
    """Return the people with these keys."""
    return [Person(*row) for row in await with_bench_statements(graph).read("people/by_key", keys=keys)]


def spread(people: Sequence[Person], count: int) -> list[Person]:
    """Return people of an ordered list at equal distances, including the first and the last."""
    if len(people) <= count:
        return list(people)
    return [people[round(i * (len(people) - 1) / (count - 1))] for i in range(count)]


async def follower_keys(parts: Parts, author: int) -> Sequence[int]:
    """Return the keys of all who follow somebody, as the product finds to whom it pushes a post."""
    return (await parts.delivery.followers.chunk(FIRST, author, NEWEST, ALL_FOLLOWERS)).keys  # `FIRST` is the id of no post


async def most_followed(graph: Graph) -> tuple[str, int, int]:
    """Return the id, the key and the number of followers of the most followed person."""
    id_, key, _, followers = await with_bench_statements(graph).read("people/most_followed")
    return id_, key, followers


async def followed_by(graph: Graph, count: int) -> tuple[str, int]:
    """Return the id and the key of somebody whom at least so many follow, or of the most followed person."""
    found = await with_bench_statements(graph).read("people/followed_by", followers=count)
    id_, key = found or (await most_followed(graph))[:2]
    return id_, key
