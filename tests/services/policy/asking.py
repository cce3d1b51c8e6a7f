"""The two ways to ask the rules: the graph itself, and functions over what loaders bring."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graph.driver import Graph
from graph.queries import FOLDER, Catalogue
from keyspace.client import Keyspace
from keyspace.row_cache import RowCache
from loaders.operation import Loaders
from services.policy.checks import PostCheck, UserCheck
from services.policy.rules import RULES
from tests.services.policy.worlds import World
from world.writing import with_long_timeouts

CACHE_LIFE = 60
"""Seconds that rows stay in Redis; no test takes so long."""
Answers = dict[tuple[str, str | None, str], bool]
"""What each rule answers a viewer (None: nobody signed in) about a post or a person."""

WRITE = """// Put a world in the place of what was there
// params: {"people": [], "posts": [], "edges": []}
// returns: done
CALL () { MATCH (old:User|Post) DETACH DELETE old }
CALL () { UNWIND $people AS person CREATE (made:User) SET made = person }
CALL () {
  UNWIND $posts AS post
  MATCH (author:User {id: post.authorId})
  CREATE (author)-[:POSTED]->(made:Post)
  SET made = post
}
CALL () {
  UNWIND $edges AS edge
  MATCH (start:User {key: edge.start})
  MATCH (end:User {key: edge.end})
  CREATE (start)-[made:$(edge.type)]->(end)
  SET made = edge.properties
}
RETURN true AS done
"""
ASK = """// Ask {name} as a filter and as a value, with names of its own
// params: {{"viewers": [null], "ids": []{more}}}
// returns: rows [id of the viewer, id, 1 if the filter keeps it, the value]
UNWIND $viewers AS viewerId
OPTIONAL MATCH (asking:User {{id: viewerId}})
UNWIND $ids AS id
{found}
CALL (*) {{
  WITH *
  WHERE {asked}
  RETURN count(*) AS kept
}}
RETURN collect([viewerId, id, kept, {asked}]) AS rows
"""
OF_POST = "MATCH (it:Post {id: id})\nMATCH (them:User {id: it.authorId})"
OF_PERSON = "MATCH (them:User {id: id})"
NAMES = {"viewer": "asking", "post": "it", "user": "them"}


def of_posts(name: str) -> bool:
    """Tell whether a rule is one of posts."""
    return "post" in RULES[name][1].uses


def printed_rules() -> dict[str, str]:
    """Give the text of each rule as statements join it in."""
    return {name: (FOLDER / "rules" / f"{name}.cypher").read_text("utf-8") for name in RULES}


def catalogue_of(folder: Path, rules: Mapping[str, str], more: str = "") -> Catalogue:
    """Give a catalogue with a statement for each rule, over the product's own atoms; `more` are further params in JSON."""
    for room in ("policy", "rows"):
        (folder / room).symlink_to(FOLDER / room)
    texts = {"worlds/write": WRITE, **{f"rules/{name}": text for name, text in rules.items()}}
    for name in rules:
        asked = f"@{name}({', '.join(NAMES[variable] for variable in RULES[name][1].variables)})"
        found = OF_POST if of_posts(name) else OF_PERSON
        texts[f"asked/{name}"] = ASK.format(name=name, more=more, found=found, asked=asked)
    for name, text in texts.items():
        path = folder / f"{name}.cypher"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return Catalogue(folder)


@dataclass(frozen=True, slots=True)
class Asked:
    """One world in the real stores, and both ways to ask about it."""

    graph: Graph
    statements: Graph
    keyspace: Keyspace

    @classmethod
    def of(cls, graph: Graph, keyspace: Keyspace, catalogue: Catalogue) -> "Asked":
        """Take the stores, with time for plans that are made on a busy machine, and the statements of the test."""
        unhurried = with_long_timeouts(graph)
        return cls(unhurried, replace(unhurried, catalogue=catalogue), keyspace)

    async def write(self, world: World) -> None:
        """Put a world in the place of the one before, with nothing of it in Redis."""
        rows = world.rows()
        await self.statements.write("worlds/write", people=rows["people"], posts=rows["posts"], edges=rows["edges"])
        await self.keyspace.command("FLUSHALL")

    async def in_cypher(self, world: World) -> Answers:
        """Ask the graph about every rule."""
        given = await asyncio.gather(*(self.rule_in_cypher(world, name) for name in RULES))
        return {key: answer for each in given for key, answer in each.items()}

    async def rule_in_cypher(self, world: World, rule: str, **more: Any) -> Answers:
        """Ask the graph about a rule, and hold that filter and value are one answer, which is never null."""
        ids = world.post_ids if of_posts(rule) else world.user_ids
        if not ids:
            return {}
        rows = await self.statements.read(f"asked/{rule}", viewers=[*world.user_ids, None], ids=ids, **more)
        for _, _, kept, value in rows:
            assert value is (kept == 1), f"{rule} keeps {kept} where its value is {value}"
        return {(rule, viewer, id_): value for viewer, id_, _, value in rows}

    async def checks(self, world: World) -> list[UserCheck]:
        """Load, by the product's own lookups, the checks of every viewer about every post and person."""
        found: list[UserCheck] = []
        for loaders in self.operations(world):
            found += await loaders.posts.checks(world.post_ids)
            found += await loaders.visible_users.checks(world.user_ids)
        return found

    def operations(self, world: World) -> list[Loaders]:
        """Begin an operation of each viewer, the last of nobody signed in."""
        cache = RowCache(self.keyspace, CACHE_LIFE)
        viewers = [*((id_, key) for key, id_ in enumerate(world.user_ids, start=1)), None]
        return [Loaders(self.graph, cache, viewer) for viewer in viewers]


def answers(checks: Iterable[UserCheck]) -> Answers:
    """Ask every rule of what it speaks of."""
    given: Answers = {}
    for of in checks:
        post = isinstance(of, PostCheck)
        for name, (_, rule) in RULES.items():
            if of_posts(name) == post:
                given[name, of.viewer, of.post.id if isinstance(of, PostCheck) else of.user.id] = rule.holds(of)
    return given
