"""The people of a graph that a benchmark measures on, chosen the same way each time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from graph.driver import Graph
from graph.queries import Catalogue
from world.writing import patient

STATEMENTS = Path(__file__).parent / "cypher"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody; `ways` counts the ways of two steps that lead on from them, `following` those of one."""

    id: str
    key: int
    username: str
    following: int
    ways: int


def asking(graph: Graph) -> Graph:
    """Give the same graph with the statements of the benchmarks, and time for slow ones."""
    return replace(patient(graph), catalogue=Catalogue(STATEMENTS))


async def size(graph: Graph) -> tuple[int, int, int]:
    """Count people, follows and posts."""
    people, follows, posts = await asking(graph).read("people/size")
    return people, follows, posts


async def by_lot(graph: Graph, count: int) -> list[Person]:
    """Give people chosen by lot, the same for the same graph."""
    last, _, _ = await size(graph)
    keys = Random(last).sample(range(1, last + 1), min(count, last))
    return [Person(*row) for row in await asking(graph).read("people/by_key", keys=keys)]


def spread(people: Sequence[Person], count: int) -> list[Person]:
    """Give people of an ordered list at equal distances, the first and the last among them."""
    if len(people) <= count:
        return list(people)
    return [people[round(i * (len(people) - 1) / (count - 1))] for i in range(count)]


async def most_followed(graph: Graph) -> tuple[str, int, int]:
    """Give the id and key of the person with most followers, and how many follow them."""
    id_, key, _, followers = await asking(graph).read("people/most_followed")
    return id_, key, followers
