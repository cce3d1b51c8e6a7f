"""What people of the demo world do, they may do: each of it is put to the rules of the product."""

from graph.driver import Graph
from graph.queries import FOLDER, FRAGMENTS, _fragment, _joined
from tests.world.looking import rows
from world.demo import seed

NOW = 1_795_392_000_000

DONE = {
    "may_repost": """MATCH (r:Repost)-[:REPOSTS]->(p:Post)
      MATCH (viewer:User {id: r.authorId}) MATCH (author:User {id: p.authorId})""",
    "may_quote": """MATCH (quote:Post)-[:QUOTES|RESTRICTED_QUOTE|DETACHED_QUOTE]->(p:Post)
      MATCH (viewer:User {id: quote.authorId}) MATCH (author:User {id: p.authorId})""",
    "may_reply": """MATCH (reply:Post)-[:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY]->(p:Post)
      MATCH (viewer:User {id: reply.authorId}) MATCH (author:User {id: p.authorId})""",
    "may_see_post": """MATCH (viewer:User)-[:LIKED|BOOKMARKED]->(p:Post) MATCH (author:User {id: p.authorId})""",
}
"""Who did what, by the rule that lets them: `viewer`, the post `p` and its `author`."""


async def test_nobody_reposts_quotes_answers_likes_or_bookmarks_what_they_may_not(graph: Graph) -> None:
    await seed(graph, people=60, posts=1_200, now_ms=NOW)
    fragments = {path.stem: _fragment(path) for room in FRAGMENTS for path in sorted((FOLDER / room).glob("*.cypher"))}
    for rule, done in DONE.items():
        counted = f"{done} RETURN [count(*), count(CASE WHEN NOT @{rule}(viewer, p, author) THEN 1 END)]"
        times, wrong = await rows(graph, _joined(rule, counted, fragments))
        assert times > 20, rule
        assert wrong == 0, rule
