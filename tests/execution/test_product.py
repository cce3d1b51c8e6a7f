"""The product's own schema, over the real stores with a small world."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from execution.declarations import declaration_of
from graph.driver import Graph
from keyspace.client import Keyspace
from parts import Parts, open_parts
from resolvers.context import Context
from schema.build import build_schema
from services.accounts.viewer import Viewer
from tests.execution.operations import operations
from tests.execution.pair import Pair
from tests.execution.test_made_operations import visible
from tests.property_examples import examples
from tests.worlds.serving import settings_for
from web.execution import core_schema
from web.refusals import DocumentRefused

SCHEMA = build_schema()
CORE = core_schema(SCHEMA)
SIGN_UP = """mutation($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken expiresAt viewer { id username postCount } } }
}"""
POST = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id text author { username } } } }"
FOLLOW = (
    "mutation($id: ID!) { follow(input: {userId: $id}) { user { id followerCount } viewer { followingCount } } }"
)
LIKE = "mutation($id: ID!) { likePost(input: {postId: $id}) { post { viewerLikes likeCount } } }"
HOME = """query Home($first: Int! = 20, $after: String) {
  homeTimeline(first: $first, after: $after) {
    edges { cursor node { ...PostParts replyTo { ...PostParts }
      replies(first: 2) { edges { node { id author { username } } } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
  viewer { ...UserParts }
}
fragment PostParts on Post {
  id text lang audience createdAt viewerLikes likeCount replyCount
  media { __typename id alt state ... on Picture { thumbnailUrl width } }
  author { ...UserParts }
  mentions { username start end user { username } } hashtags { name } links { url }
}
fragment UserParts on User {
  id username displayName bio location website private verifiedAt createdAt followerCount followingCount postCount
  viewerFollows followsViewer avatar { id mediumUrl } __typename
}"""
USER = """query($name: String!) { user(username: $name) {
  username posts(first: 3, includeReplies: true) { edges { node { id text replyTo { id } threadRoot { id } } } }
  followers(first: 5) { edges { cursor node { username viewerFollows } } pageInfo { endCursor } }
  following { edges { node { username } } } followersYouKnow { edges { node { username } } }
} }"""
NODES = (
    "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on User { username } ... on Post { text author { username } } } }"
)
NEAR = """query($a: ID!, $b: ID) {
  degreesApart(toId: $a, fromId: $b) { degrees people { username } }
  peopleYouMayKnow { person { username } mutualCount mutuals { username } }
}"""


@dataclass(frozen=True, slots=True)
class Town:
    parts: Parts
    pair: Pair
    viewers: list[Viewer]
    people: list[str]
    posts: list[str]

    def context(self, at: int | None = 0) -> Context:
        return Context(self.parts.services, None if at is None else self.viewers[at], "127.0.0.1")


TIMEOUTS = dict.fromkeys(("neo4j_acquire_timeout", "neo4j_write_timeout", "neo4j_read_timeout"), 30.0)


@pytest.fixture(scope="module")
async def town(stack, migrated, catalogue, tmp_path_factory) -> AsyncIterator[Town]:
    graph = Graph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password, catalogue=catalogue)
    async with graph.driver.session() as session:
        await (await session.run("MATCH (n) WHERE NOT n:Migration AND NOT n:MigrationLock DETACH DELETE n")).consume()
    keyspace = Keyspace.open(stack.redis_url)
    await keyspace.command("FLUSHALL")
    parts = open_parts(settings_for(stack, tmp_path_factory.mktemp("town"), **TIMEOUTS))
    made = Town(parts, Pair(SCHEMA), [], [], [])

    async def run(text: str, at: int | None, **variables: object):
        outcome = await made.pair.compiled.execute(made.pair.operation(text, variables), made.context(at))
        assert outcome.json is not None, outcome.errors
        return orjson.loads(outcome.json)["data"]

    for name in ("ana", "bo_", "cem", "dia"):
        given = {"username": name, "email": f"{name}@example.org", "password": "a long enough passphrase"}
        session = (await run(SIGN_UP, None, input=given))["signUp"]["session"]
        made.viewers.append(parts.accounts.tokens.verify(session["accessToken"]))
        made.people.append(session["viewer"]["id"])
    for at, to in ((0, 1), (0, 2), (1, 2), (2, 3), (1, 3), (3, 0)):
        await run(FOLLOW, at, id=made.people[to])
    for number in range(9):
        reply = {"replyToId": made.posts[number // 2]} if number % 3 == 2 else {}
        text = f"Post {number} of @ana and @nobody_ #tag https://example.org/{number}"
        post = (await run(POST, number % 4, input={"text": text, "lang": "en", **reply}))["createPost"]["post"]
        made.posts.append(post["id"])
    for at in (0, 1, 2):
        await run(LIKE, at, id=made.posts[at * 2])
    yield made
    await keyspace.close()
    await graph.close()
    await parts.close()


def test_every_field_below_the_roots_is_declared():
    roots = {CORE.query_type, CORE.mutation_type, CORE.subscription_type}
    for type_ in CORE.type_map.values():
        if isinstance(type_, GraphQLObjectType) and type_ not in roots and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                declaration_of(field, f"{type_.name}.{name}")


@pytest.mark.parametrize("at", [0, 3, None])
@pytest.mark.parametrize("text", [HOME, USER, NODES, NEAR])
async def test_the_products_pages_are_compiled_and_equal(town, text, at):
    variables = {
        HOME: {"first": 5},
        USER: {"name": "cem"},
        NODES: {"ids": [*town.people, *town.posts]},
        NEAR: {"a": town.people[3], "b": town.people[0]},
    }[text]
    before = town.pair.ways().get("compiled", 0)
    core, compiled = await town.pair.both(text, variables, lambda: town.context(at))
    assert compiled == core
    needs_viewer = at is None and text in (HOME, NEAR)
    assert town.pair.ways().get("compiled", 0) == before + (not needs_viewer)


async def test_each_way_of_a_refusal_is_answered_alike(town):
    for text, variables in ((HOME, {"first": 0}), (HOME, {"after": "x"}), (NODES, {"ids": ["x"]}), (USER, {"name": "nobody"})):
        core, compiled = await town.pair.both(text, variables, town.context)
        assert compiled == core


IDS = [f"id {number}" for number in range(13)]
"""What stands for the ids of the four people and the nine posts while an operation is drawn: they differ from run to run."""
SAMPLES: dict[str, list[Any]] = {"ID": [*IDS, "nonsense"], "Int": [1, 2, 3, 0], "String": ["ana", "cem", "nobody", "x"]}


@settings(
    max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate]
)
@given(drawn=operations(CORE, samples=SAMPLES, widest=3), at=st.sampled_from([0, 1, None]))
async def test_made_queries_of_the_product_are_answered_alike(town, drawn, at):
    written = orjson.dumps(drawn).decode()
    for drawn_id, real in zip(reversed(IDS), reversed([*town.people, *town.posts]), strict=True):
        written = written.replace(drawn_id, real)
    text, variables = orjson.loads(written)
    try:
        town.pair.documents.get(text)
    except DocumentRefused:
        return
    core, compiled = await town.pair.both(text, variables, lambda: town.context(at))
    visible(core, compiled)
