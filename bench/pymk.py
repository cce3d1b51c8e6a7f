"""People you may know: the service beside the same query through the bare driver, for people of every reach."""

from pathlib import Path
from typing import Any

import neo4j

from bench.figures import Figure, at_most
from bench.ground import Ground
from bench.load import Request, put_under_load
from bench.people import Person, asking, by_lot, spread
from bench.served import PRODUCT, served
from bench.timing import in_turns, quantile
from graph.driver import Graph
from parts import Parts
from services.suggestions import ALL, NAMED, RANKED

DOCUMENT = (Path(__file__).parent / "documents/people_you_may_know.graphql").read_text("utf-8")
CANDIDATES = 2_000
SHOWN = 10
PATIENCE = 30.0
"""Seconds that the bare query may take."""
DEARER = 1.3
"""Times the bare query's time that ours may take."""


async def measure(ground: Ground) -> list[Figure]:
    """Time both on the same people in turns, then ask over HTTP."""
    async with ground.parts() as parts:
        people = sorted(await by_lot(parts.graph, CANDIDATES), key=lambda person: person.ways)
        people = spread([person for person in people if person.ways], ground.pace.sample)
        bare = Bare(parts.graph)
        for person in people:
            await _hold_equal(parts, bare, person)

        async def ours(person: Person) -> object:
            return await parts.services.suggestions.people(person.key, SHOWN)

        times = await in_turns({"ours": ours, "bare": bare.people}, people, ground.pace.rounds)
        http = await _over_http(ground, parts, people)
    figures = [
        Figure(
            f"{label} beside the bare query",
            quantile(times["ours"], share) / quantile(times["bare"], share),
            "times",
            at_most(DEARER),
        )
        for label, share in (("p50", 0.5), ("p99", 0.99))
    ]
    for side, name in (("ours", "the service"), ("bare", "the bare query")):
        figures += [
            Figure(f"{name}: {label}", quantile(times[side], share), "ms") for label, share in (("p50", 0.5), ("p99", 0.99))
        ]
    return figures + http


class Bare:
    """The query as one sends it without the product: one session, one statement, the record."""

    def __init__(self, graph: Graph) -> None:
        """Use the driver and no more."""
        self._driver = graph.driver
        self._query = neo4j.Query(asking(graph).catalogue["raw/people_you_may_know"].text, timeout=PATIENCE)

    async def people(self, person: Person, enough: int = RANKED * SHOWN) -> Any:
        """Give the record."""
        async with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS) as session:
            params = {"viewer": person.key, "enough": enough, "limit": SHOWN, "named": NAMED}
            record = await (await session.run(self._query, params)).single(strict=True)
            return record[0]


async def _hold_equal(parts: Parts, bare: Bare, person: Person) -> None:
    """Hold that the service gives what the query gives when it ranks everybody.

    Raises:
        RuntimeError: it does not.

    """
    ours = await parts.services.suggestions.people(person.key, SHOWN)
    _, _, rows = await bare.people(person, ALL)
    if [(each.person.id, each.mutuals) for each in ours] != [(values[0], mutuals) for mutuals, _, values in rows]:
        raise RuntimeError(f"the service and the query differ for {person.username}")


async def _over_http(ground: Ground, parts: Parts, people: list[Person]) -> list[Figure]:
    requests = [Request(DOCUMENT, {"authorization": f"Bearer {parts.tokens.issue(each.id, each.key).token}"}) for each in people]
    with served(ground, {"rookery": PRODUCT}) as ports:
        loads = await put_under_load(ports, {"rookery": requests}, connections=1, turn=ground.pace.turn, rounds=1)
    return [
        Figure(f"over HTTP: {label}", loads["rookery"].quantile(share), "ms") for label, share in (("p50", 0.5), ("p99", 0.99))
    ]
