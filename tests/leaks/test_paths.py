"""The operations that are made reach everything that the schema has."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    extend_schema,
    get_named_type,
    is_abstract_type,
    parse,
    validate,
    visit,
)

from tests.leaks.paths import COMPILED, Made, queries, whole

PRINTED = Path(__file__).parents[2] / "schema.graphql"
NEW = """
extend type Query { found(words: String!, kind: Kind = NEW): [Find!] }
extend type Post { admirers(first: Int! = 20, near: ID = null): UserConnection! }
enum Kind { NEW OLD }
union Find = User | Place
type Place { name: String! visitors: [User!]! owner: Owner! }
type Owner { since: Int! person: User }
"""


class Met(Visitor):
    """Notes the fields of an operation as Type.field, and the way that leads to each."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types, self.fields = types, set[str]()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self.types.get_parent_type()
        assert parent is not None
        self.fields.add(f"{parent.name}.{node.name.value}")


def everything(schema: GraphQLSchema) -> list[Made]:
    return [*queries(schema, COMPILED), *whole(schema, "mutation"), *whole(schema, "subscription", COMPILED)]


def met(schema: GraphQLSchema, made: Iterable[Made]) -> set[str]:
    found = set()
    for one in made:
        types = TypeInfo(schema)
        notes = Met(types)
        visit(parse(one.text), TypeInfoVisitor(types, notes))
        found |= {name for name in notes.fields if not name.endswith("__typename")}
    return found


def reachable(schema: GraphQLSchema) -> set[str]:
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    waiting, seen, found = [root for root in roots if root], set[str](), set[str]()
    while waiting:
        of = waiting.pop()
        for name, each in of.fields.items():
            found.add(f"{of.name}.{name}")
            to = get_named_type(each.type)
            for next_ in schema.get_possible_types(to) if is_abstract_type(to) else [to]:
                if isinstance(next_, GraphQLObjectType) and next_.name not in seen:
                    seen.add(next_.name)
                    waiting.append(next_)
    return found


@pytest.fixture(scope="module")
def printed() -> GraphQLSchema:
    return build_schema(PRINTED.read_text("utf-8"))


def test_all_fields_are_walked_and_new_ones_without_a_word_here(printed):
    extended = extend_schema(printed, parse(NEW))
    made = everything(extended)
    assert met(extended, made) == reachable(extended)
    assert [error.message for one in made for error in validate(extended, parse(one.text))] == []
    found = [one for one in made if one.root == "found"]
    assert {kind for one in found for kind in ("NEW", "OLD") if f"kind: {kind}" in one.text} == {"NEW", "OLD"}
    assert all(set(one.variables) >= {"words"} for one in found)
    for way in ("... on User {", "visitors {", "owner {"):
        assert any(way in one.text for one in found), way


def test_two_posts_or_people_lie_beyond_the_first(printed):
    far = [one for one in queries(printed, COMPILED) if one.far and one.root == "user"]
    for then in ("replies(", "author {"):
        assert any("posts(" in one.text and then in one.text for one in far)
