"""People you may know: ranked anew beside the same query through the bare driver, and cached, for people of every size."""

from pathlib import Path
from typing import Any

import neo4j

from bench.figures import Figure, at_most
from bench.load import Request, measure_load
from bench.people import Person, headers_of, random_people, spread, with_bench_statements
from bench.served import PRODUCT, served
from bench.testbed import Testbed
from bench.timing import quantile, time_in_turns
from graph.driver import Graph
from graph.rows.suggestions import Suggestion
from integers import MAX_SAFE_INTEGER
from keyspace.rankings import RankingKind
from loaders.operation import Loaders
from loaders.rankings import RANKED
from loaders.suggestions import NAMED
from parts import Parts

DOCUMENT = (Path(__file__).parent / "documents/people_you_may_know.graphql").read_text("utf-8")
CANDIDATES = 2_000
SHOWN = 10
PATIENCE = 30.0
"""Time limit of the bare query in seconds."""
DEARER = 1.3
"""Goal: time of a new ranking, shown, divided by the time of the bare query."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Time both for the same people in turns, then measure over HTTP."""
    async with testbed.parts() as parts:
        people = sorted(await random_people(parts.graph, CANDIDATES), key=lambda user: user.ways)
        people = spread([user for user in people if user.ways], testbed.run_length.sample)
        bare = Bare(parts.graph)
        for user in people:
            await _check_equal(parts, bare, user)

        async def ranked_anew(user: Person) -> object:
            await _forget(parts, user)
            return await _shown(parts, user)

        async def cached(user: Person) -> object:
            return await _shown(parts, user)

        # A ranking that was made in one turn is cached in the next.
        sides = {"ours": ranked_anew, "cached": cached, "bare": bare.people}
        times = await time_in_turns(sides, people, testbed.run_length.rounds)
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
    for side, name in (("ours", "ranked anew"), ("cached", "cached"), ("bare", "the bare query")):
        figures += [
            Figure(f"{name}: {label}", quantile(times[side], share), "ms") for label, share in (("p50", 0.5), ("p99", 0.99))
        ]
    return figures + http


class Bare:
    """The query without the product: one session, one statement, one record."""

    def __init__(self, graph: Graph) -> None:
        """Use only the driver of this graph."""
        self._driver = graph.driver
        self._query = neo4j.Query(with_bench_statements(graph).catalogue["raw/people_you_may_know"].text, timeout=PATIENCE)

    async def people(self, user: Person, enough: int = RANKED * SHOWN) -> Any:
        """Return the record of the query."""
        async with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS) as session:
            params = {"viewer": user.key, "enough": enough, "limit": SHOWN, "named": NAMED}
            record = await (await session.run(self._query, params)).single(strict=True)
            return record[0]


async def _check_equal(parts: Parts, bare: Bare, user: Person) -> None:
    """Check that who is shown is the same as in the query when it ranks everybody.

    Raises:
        RuntimeError: the two differ.

    """
    ours = await _shown(parts, user)
    _, _, rows = await bare.people(user, MAX_SAFE_INTEGER)
    if [(each.user.id, each.mutuals) for each in ours] != [(values[0], mutuals) for mutuals, _, values in rows]:
        raise RuntimeError(f"what is shown and the query differ for {user.username}")


async def _shown(parts: Parts, user: Person) -> list[Suggestion]:
    return await Loaders(parts.graph, parts.services.cache, (user.id, user.key)).suggestions.first(SHOWN)


async def _forget(parts: Parts, user: Person) -> None:
    await parts.services.cache.invalidate([(RankingKind(viewer=user.key), user.id)])


async def _over_http(testbed: Testbed, parts: Parts, people: list[Person]) -> list[Figure]:
    requests = [Request(DOCUMENT, headers_of(parts, each)) for each in people]
    with served(testbed, {"rookery": PRODUCT}) as ports:
        loads = await measure_load(ports, {"rookery": requests}, connections=1, turn=testbed.run_length.turn, rounds=1)
    return [
        Figure(f"over HTTP: {label}", loads["rookery"].quantile(share), "ms") for label, share in (("p50", 0.5), ("p99", 0.99))
    ]
