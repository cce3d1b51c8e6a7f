"""What a query touches, counted by the server itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import neo4j

Operator: TypeAlias = Mapping[str, Any]

PATIENCE = 30.0
"""Seconds that a profiled query may take."""
LIMITS = ("Top", "PartialTop", "Limit")
"""Operators that end the search for a page; what stands above them reads what the page shows."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The db hits of a query: of all, of what finds its rows, and the names of all operators."""

    hits: int
    finding: int
    operators: frozenset[str]


async def touched(driver: neo4j.AsyncDriver, text: str, params: Mapping[str, Any]) -> Touched:
    """Run a query by PROFILE; a first run fills the plan cache."""
    query = neo4j.Query(f"PROFILE {text}", timeout=PATIENCE)
    async with driver.session(database="neo4j") as session:
        await (await session.run(query, dict(params))).consume()
        plan = (await (await session.run(query, dict(params))).consume()).profile
    assert plan is not None, "the server gives no profile"
    operators = list(_all(plan))
    page = next((each for each in operators if _name(each) in LIMITS), plan)
    return Touched(_hits(plan), _hits(page), frozenset(map(_name, operators)))


def _all(operator: Operator) -> Iterator[Operator]:
    yield operator
    for child in operator.get("children", ()):
        yield from _all(child)


def _hits(operator: Operator) -> int:
    return sum(int(each.get("dbHits", 0)) for each in _all(operator))


def _name(operator: Operator) -> str:
    return str(operator["operatorType"]).partition("@")[0]
