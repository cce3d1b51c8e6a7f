"""What is hidden from somebody beside what never was: the two must be answered alike, to the letter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_required_input_field,
)

from graph.ids import new_id
from resolvers.global_ids import decode, encode
from tests.leaks.paths import Made
from tests.leaks.table import SEEN_BY
from tests.leaks.world import World


@dataclass(frozen=True, slots=True)
class Asked:
    """A mutation, which field of its input has an id, and the rest of the input."""

    made: Made
    key: str
    many: bool
    is_id: bool
    """False for a text that may be one: where it is none, it is kept and told as any words are."""
    rest: dict[str, Any]

    def given(self, id_: str) -> dict[str, Any]:
        """Give the variables with an id in its place."""
        return {"input": {**self.rest, self.key: [id_] if self.many else id_}}


def never_was(id_: str) -> str:
    """Give an id of the same kind that nothing has."""
    decoded = decode(id_)
    assert decoded is not None
    kind, _ = decoded
    return encode(kind, new_id())


def hidden_from(world: World, viewer: str) -> list[str]:
    """Give the global ids of what a viewer may not find, by the table."""
    names = [thing for thing, seen_by in SEEN_BY.items() if viewer not in seen_by]
    marks = {mark for thing in names for mark in world.marks(thing)}
    others = [encode("MutedTopic", id_) for id_ in world.topics.values() if viewer != "muting"]
    return [id_ for id_ in world.ids if id_ in marks] + others


def asking_by_id(mutations: list[Made]) -> Iterator[Asked]:
    """Give each mutation once for each field of its input that takes an id, or a text that may be one by its description."""
    for made in mutations:
        of = get_named_type(made.variables["input"])
        assert isinstance(of, GraphQLInputObjectType)
        for key, each in of.fields.items():
            is_id = get_named_type(each.type).name == "ID"
            if is_id or "global id" in (each.description or "").lower():
                many = isinstance(get_nullable_type(each.type), GraphQLList)
                for rest in _rests(of, key):
                    yield Asked(made, key, many, is_id, rest)


def _rests(of: GraphQLInputObjectType, but: str) -> list[dict[str, Any]]:
    """Give the rest of an input: what it cannot do without, with each value of its first enum."""
    rest: dict[str, Any] = {}
    forms = [rest]
    for key, each in of.fields.items():
        if key != but and is_required_input_field(each):
            named = get_named_type(each.type)
            if isinstance(named, GraphQLEnumType):
                forms = [{**form, key: value} for form in forms for value in named.values]
            else:
                forms = [{**form, key: {"Int": 1, "Boolean": True}.get(named.name, "words")} for form in forms]
    return forms
