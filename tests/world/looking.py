"""What tests ask the graph, beside the catalogue."""

import hashlib
import json
from typing import Any

from graph.driver import Graph

NODES = """MATCH (n) WHERE NOT n:Migration AND NOT n:MigrationLock
RETURN collect([labels(n), properties(n)]) AS rows"""
EDGES = """MATCH (a)-[r]->(b)
RETURN collect([type(r), coalesce(a.id, a.name), coalesce(b.id, b.name), properties(r)]) AS rows"""


async def rows(graph: Graph, text: str, **params: Any) -> Any:
    """Run a statement of a test and give its one value."""
    async with graph.driver.session() as session:
        return (await (await session.run(text, params)).single(strict=True))[0]


async def fingerprint(graph: Graph) -> str:
    """Give a hash of every node and edge with every property."""
    digest = hashlib.sha256()
    for text in (NODES, EDGES):
        lines = sorted(json.dumps(row, sort_keys=True, default=bytes.hex) for row in await rows(graph, text))
        digest.update("\n".join(lines).encode())
    return digest.hexdigest()


async def degrees(graph: Graph) -> dict[str, tuple[int, int]]:
    """Give (followers, following) by username."""
    found = await rows(
        graph,
        """MATCH (u:User) RETURN collect([u.username, COUNT { (u)<-[:FOLLOWS]-() }, COUNT { (u)-[:FOLLOWS]->() }])""",
    )
    return {name: (followers, following) for name, followers, following in found}
