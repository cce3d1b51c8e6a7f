"""Profiles a query: the database hits that the server counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import neo4j

Operator: TypeAlias = Mapping[str, Any]

PATIENCE = 30.0
"""Time limit of a profiled query in seconds."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The db hits of a query, and the names of its operators."""

    hits: int
    operators: frozenset[str]


async def touched(driver: neo4j.AsyncDriver, text: str, params: Mapping[str, Any]) -> Touched:
    """Run a query with PROFILE, after a first run that fills the plan cache."""
    query = neo4j.Query(f"PROFILE {text}", timeout=PATIENCE)
    async with driver.session(database="neo4j") as session:
        await (await session.run(query, dict(params))).consume()
        plan = (await (await session.run(query, dict(params))).consume()).profile
    assert plan is not None, "the server gives no profile"
    operators = list(_all(plan))
    hits = sum(int(each.get("dbHits", 0)) for each in operators)
    return Touched(hits, frozenset(str(each["operatorType"]).partition("@")[0] for each in operators))


def _all(operator: Operator) -> Iterator[Operator]:
    yield operator
    for child in operator.get("children", ()):
        yield from _all(child)
