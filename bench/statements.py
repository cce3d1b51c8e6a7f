"""What one statement costs a core of ours: reads over pipelined connections beside the same reads by the driver."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.figures import Figure, at_least, at_most
from bench.people import Person, random_people
from bench.testbed import Testbed
from graph.driver import Graph
from graph.ids import LAST
from parts import open_parts

CONNECTIONS = (1, 8, 32)
GOAL_AT = 8
"""How many ask at a time where the goals hold."""
COST_MS = 0.12
CHEAPER = 4
"""Times less of our core than by the driver, at least."""
PAGE = 20
PEOPLE = 200


@dataclass(slots=True)
class _Turn:
    """Statements of one turn, the seconds of our core and those that passed."""

    statements: int
    core: float
    passed: float


async def measure(testbed: Testbed) -> list[Figure]:
    """Read people and pages of posts over both ways, in turns, with some who each ask again as soon as they are answered."""
    ways: Mapping[str, Graph] = {
        name: open_parts(testbed.settings.model_copy(update={"neo4j_connections": name})).graph
        for name in ("driver", "pipelined")
    }
    try:
        people = await random_people(ways["driver"], PEOPLE)
        await _check_equal(ways, people)
        return [
            figure
            for connections in CONNECTIONS
            for figure in _figures(connections, await _turns(ways, people, connections, testbed))
        ]
    finally:
        for graph in ways.values():
            await graph.close()


async def _check_equal(ways: Mapping[str, Graph], people: Sequence[Person]) -> None:
    """Check that both ways give the same.

    Raises:
        RuntimeError: they do not.

    """
    for person in people:
        by_driver, pipelined = [await _read(graph, person) for graph in ways.values()]
        if by_driver != pipelined:
            raise RuntimeError(f"the ways differ: {by_driver}, {pipelined}")


async def _read(graph: Graph, person: Person) -> tuple[object, object]:
    """Read a person, and a page of their posts: two statements."""
    return (
        await graph.read("users/by_id", ids=[person.id]),
        await graph.read("posts/by_author", author=person.id, post=LAST, limit=PAGE),
    )


async def _turns(
    ways: Mapping[str, Graph], people: Sequence[Person], connections: int, testbed: Testbed
) -> dict[str, list[_Turn]]:
    turns: dict[str, list[_Turn]] = {name: [] for name in ways}
    order = list(ways)
    for number in range(testbed.run_length.rounds + 1):
        for name in order:
            turn = await _turn(ways[name], people, connections, testbed.run_length.turn)
            if number:
                turns[name].append(turn)
        order.reverse()
    return turns


async def _turn(graph: Graph, people: Sequence[Person], connections: int, seconds: float) -> _Turn:
    statements, core, began = 0, time.process_time(), time.perf_counter()

    async def client(at: int) -> None:
        nonlocal statements
        while time.perf_counter() - began < seconds:
            await _read(graph, people[at % len(people)])
            statements, at = statements + 2, at + connections

    await asyncio.gather(*(client(at) for at in range(connections)))
    return _Turn(statements, time.process_time() - core, time.perf_counter() - began)


def _figures(connections: int, turns: Mapping[str, Sequence[_Turn]]) -> list[Figure]:
    cost = {name: median(turn.core / turn.statements * 1_000 for turn in taken) for name, taken in turns.items()}
    rate = {name: median(turn.statements / turn.passed for turn in taken) for name, taken in turns.items()}
    is_goal, at = connections == GOAL_AT, f"{connections} at a time: "
    return [
        Figure(
            f"{at}a core's time of the driver beside ours",
            cost["driver"] / cost["pipelined"],
            "times",
            at_least(CHEAPER) if is_goal else None,
        ),
        Figure(f"{at}our core for a statement", cost["pipelined"], "ms", at_most(COST_MS) if is_goal else None),
        Figure(f"{at}our core for a statement by the driver", cost["driver"], "ms"),
        Figure(f"{at}statements a second beside the driver", rate["pipelined"] / rate["driver"], "times"),
    ]
