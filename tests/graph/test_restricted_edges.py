"""The migration that takes posts with an audience out of the counts that anybody may see."""

from graph.driver import Graph
from graph.migrations import known

WORLD = """
CREATE (a:User {id: 'a'}), (a)-[:POSTED]->(open:Post {id: 'open', audience: 'PUBLIC'}),
  (a)-[:POSTED]->(closed:Post {id: 'closed', audience: 'FOLLOWERS'}), (closed)-[:REPLIES_TO]->(open),
  (a)-[:POSTED]->(:Post {id: 'answer', audience: 'PUBLIC'})-[:REPLIES_TO]->(open),
  (a)-[:DELETED_POST]->(:Post {id: 'gone', audience: 'FOLLOWERS'})-[:DELETED_REPLY]->(open)
"""
EDGES = "MATCH (p:Post)-[edge]-() WITH p, type(edge) AS type ORDER BY p.id, type RETURN collect([p.id, type]) AS edges"


async def test_only_edges_of_posts_with_an_audience_are_renamed_and_twice_changes_nothing(graph: Graph) -> None:
    (migration,) = [each for each in known() if each.name == "0005_restricted_edges"]
    async with graph.driver.session() as session:
        await (await session.run(WORLD)).consume()
        for _ in range(2):
            for statement in migration.statements:
                await (await session.run(statement)).consume()
            record = await (await session.run(EDGES)).single(strict=True)
            assert record["edges"] == [
                ["answer", "POSTED"], ["answer", "REPLIES_TO"],
                ["closed", "POSTED_RESTRICTED"], ["closed", "RESTRICTED_REPLY"],
                ["gone", "DELETED_POST"], ["gone", "DELETED_REPLY"],
                ["open", "DELETED_REPLY"], ["open", "POSTED"], ["open", "REPLIES_TO"], ["open", "RESTRICTED_REPLY"],
            ]
