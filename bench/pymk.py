"""People you may know: the service beside the same query through the bare driver, for people of every reach."""

from pathlib import Path
from typing import Any

import neo4j

from bench.figures import Figure, at_most
from bench.load import Request, put_under_load
from bench.people import Person, asking, by_lot, spread
from bench.served import PRODUCT, served
from bench.testbed import Testbed
from bench.timing import in_turns, quantile
from graph.driver import Graph
from integers import MAX_SAFE_INTEGER
from parts import Parts
from services.relationships.suggestions import NAMED, RANKED

DOCUMENT = (Path(__file__).parent / "documents/people_you_may_know.graphql").read_text("utf-8")
CANDIDATES = 2_000
SHOWN = 10
PATIENCE = 30.0
"""Seconds that the bare query may take."""
DEARER = 1.3
"""Times the bare query's time that ours may take."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Time both on the same people in turns, then ask over HTTP."""
    async with testbed.parts() as parts:
        people = sorted(await by_lot(parts.graph, CANDIDATES), key=lambda user: user.ways)
        people = spread([user for user in people if user.ways], testbed.run_length.sample)
        bare = Bare(parts.graph)
        for user in people:
            await _hold_equal(parts, bare, user)

        async def ours(user: Person) -> object:
            return await parts.services.suggestions.people(user.key, SHOWN)

        times = await in_turns({"ours": ours, "bare": bare.people}, people, testbed.run_length.rounds)
        http = await _over_http(testbed, parts, people)
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

    async def people(self, user: Person, enough: int = RANKED * SHOWN) -> Any:
        """Give the record."""
        async with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS) as session:
            params = {"viewer": user.key, "enough": enough, "limit": SHOWN, "named": NAMED}
            record = await (await session.run(self._query, params)).single(strict=True)
            return record[0]


async def _hold_equal(parts: Parts, bare: Bare, user: Person) -> None:
    """Hold that the service gives what the query gives when it ranks everybody.

    Raises:
        RuntimeError: it does not.

    """
    ours = await parts.services.suggestions.people(user.key, SHOWN)
    _, _, rows = await bare.people(user, MAX_SAFE_INTEGER)
    if [(each.user.id, each.mutuals) for each in ours] != [(values[0], mutuals) for mutuals, _, values in rows]:
        raise RuntimeError(f"the service and the query differ for {user.username}")


async def _over_http(testbed: Testbed, parts: Parts, people: list[Person]) -> list[Figure]:
    requests = [Request(DOCUMENT, {"authorization": f"Bearer {parts.tokens.issue(each.id, each.key).token}"}) for each in people]
    with served(testbed, {"rookery": PRODUCT}) as ports:
        loads = await put_under_load(ports, {"rookery": requests}, connections=1, turn=testbed.run_length.turn, rounds=1)
    return [
        Figure(f"over HTTP: {label}", loads["rookery"].quantile(share), "ms") for label, share in (("p50", 0.5), ("p99", 0.99))
    ]
