"""What a query touches, counted by the server itself."""

from collections.abc import Mapping
from typing import Any

import neo4j

PATIENCE = 30.0
"""Seconds that a profiled query may take."""


async def db_hits(driver: neo4j.AsyncDriver, text: str, params: Mapping[str, Any]) -> int:
    """Run a query by PROFILE and give its db hits; a first run fills the plan cache."""
    query = neo4j.Query(f"PROFILE {text}", timeout=PATIENCE)
    async with driver.session(database="neo4j") as session:
        await (await session.run(query, params)).consume()  # type: ignore[arg-type]  # a mapping, not a dict
        plan = (await (await session.run(query, params)).consume()).profile  # type: ignore[arg-type]
    return _of_all(plan or {})


def _of_all(operator: Mapping[str, Any]) -> int:
    return int(operator.get("dbHits", 0)) + sum(map(_of_all, operator.get("children", ())))
