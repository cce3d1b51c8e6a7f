"""Operations made from the schema: every field, and every way from a root field to posts and people and on from there.

Nothing here knows a field of the product by name, so a new one is walked from the day that it is in the schema.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import inf

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputType,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    parse,
)

from execution.compiler import MAX_FIELDS

ENTITIES = ("User", "Post")
"""What is hidden. An operation goes from one to the next; what lies between (pages, entities of texts) belongs to the way."""
BACKWARD = ("last", "before")
"""Arguments that are left out: a page from the end has what a page from the beginning has, which the tests of feeds hold."""
COMPILED = MAX_FIELDS - 50
"""Most fields of an operation, which is compiled then as those of clients are; those of an interface count once for each type."""


@dataclass(frozen=True, slots=True)
class Made:
    """An operation from one root field. `far` leads over two posts or people beyond the first, the others over one.

    A part of a stream that is not the first is `far` as well: it is asked of few.
    """

    root: str
    text: str
    variables: Mapping[str, GraphQLInputType]
    far: bool = False

    @property
    def cursors(self) -> Mapping[str, str]:
        """Give the variables that take a cursor, with the name of the field in the answer that gives it."""
        return {name: name.removesuffix("_after") for name in self.variables if name.endswith("_after")}


@dataclass(frozen=True, slots=True)
class Way:
    """From an object to posts or people: what stands before and after the selection of theirs."""

    before: str
    after: str
    to: str

    def around(self, inner: str) -> str:
        """Give the selection with that of the posts or people in its place."""
        return f"{self.before} {inner} {self.after}"

    @property
    def is_by_item(self) -> bool:
        """Whether it leads not beside the items of a page: what edges hold beside them is the same on every page of the type."""
        return "edges {" not in self.before or "node {" in self.before


@dataclass(slots=True)
class Writer:
    """Writes selections for the types of a schema."""

    schema: GraphQLSchema
    every_form: bool = True
    """Whether fields are written in every form that their arguments can take, or in the first."""
    variables: dict[str, GraphQLInputType] = field(default_factory=dict)

    def leaves(self, of: GraphQLNamedType) -> str:
        """Give the values that an object has itself."""
        fields = of.fields.items() if isinstance(of, GraphQLObjectType) else ()
        return " ".join(
            ["__typename"]
            + [head for name, each in fields if is_leaf_type(get_named_type(each.type)) for head in self.heads(name, each)]
        )

    def plain(self, of: GraphQLNamedType, within: tuple[str, ...] = ()) -> str:
        """Give all of an object that leads to no post and no person."""
        if is_abstract_type(of):
            types = [each for each in self.schema.get_possible_types(of) if not self._leads(each, within)]
            return " ".join(["__typename", *(f"... on {each.name} {{ {self.plain(each, within)} }}" for each in types)])
        assert isinstance(of, GraphQLObjectType)
        parts = [self.leaves(of)]
        for name, each in of.fields.items():
            to = get_named_type(each.type)
            if not is_leaf_type(to) and not self._leads(to, (*within, of.name)):
                parts += [f"{head} {{ {self.plain(to, (*within, of.name))} }}" for head in self.heads(name, each)]
        return " ".join(parts)

    def ways(self, of: GraphQLNamedType, within: tuple[str, ...] = ()) -> Iterator[Way]:
        """Give every way from an object to the next posts or people."""
        if of.name in within:
            return
        if is_abstract_type(of):
            for each in self.schema.get_possible_types(of):
                beside = "" if each.name in ENTITIES else self.plain(each)
                for way in self._ways_by(each, within):
                    yield Way(f"... on {each.name} {{ {beside} {way.before}", f"{way.after} }}", way.to)
        elif isinstance(of, GraphQLObjectType):
            for name, each in of.fields.items():
                yield from self.ways_of_field(name, each, (*within, of.name))

    def ways_of_field(self, name: str, each: GraphQLField, within: tuple[str, ...] = (), *, below: bool = True) -> Iterator[Way]:
        """Give every way that begins with one field, in each form that its arguments can take."""
        to = get_named_type(each.type)
        if is_leaf_type(to):
            return
        beside = "" if to.name in ENTITIES or is_abstract_type(to) else self.plain(to)
        for way in self._ways_by(to, within):
            for head in self.heads(name, each, below=below):
                yield Way(f"{head} {{ {beside} {way.before}", f"{way.after} }}", way.to)

    def parts(self, of: str, most: float, *, whole: bool = True) -> list[str]:
        """Give an entity with all that is one post or person away, in selections of so many fields at most.

        Those one away have the values that are their own. Without `whole` it has them alone as well, and what is by item.
        """
        type_ = self.schema.type_map[of]
        own = self.plain(type_) if whole else self.leaves(type_)
        ways = (
            way.around(self.leaves(self.schema.type_map[way.to])) for way in self.ways(type_) if whole or way.is_by_item
        )
        first, *rest = _packed(ways, most, _fields_in(own))
        return [f"{own} {first}", *(f"__typename id {part}" for part in rest)]

    def heads(self, name: str, each: GraphQLField, *, below: bool = True) -> list[str]:
        """Give a field with its arguments, once for each form: enums and booleans have all values, texts are variables.

        A field with arguments has a name of its own in the answer, or its forms would not merge; but not at the root.
        `below` it, texts and ids are variables that bear the name of the field.
        """
        if not each.args:
            return [name]
        forms = list(product(*(self._values(name if below else "", key, argument) for key, argument in each.args.items())))
        if not self.every_form:
            del forms[1:]
        heads = []
        for at, values in enumerate(forms):
            alias = f"{name}{at}" if len(forms) > 1 else name
            given = ", ".join(f"{key}: {value}" for key, value in zip(each.args, values, strict=True))
            heads.append(f"{alias}: {name}({given})" if alias != name else f"{name}({given})")
        return heads

    def operation(self, kind: str, selection: str) -> tuple[str, dict[str, GraphQLInputType]]:
        """Give the text of an operation and the variables that it takes."""
        used = {name: self.variables[name] for name in sorted(set(re.findall(r"\$(\w+)", selection)))}
        declared = ", ".join(f"${name}: {type_}" for name, type_ in used.items())
        return f"{kind} {f'({declared})' if declared else ''} {{ {selection} }}", used

    def _leads(self, to: GraphQLNamedType, within: tuple[str, ...]) -> bool:
        return to.name in ENTITIES or (to.name not in within and next(self.ways(to, within), None) is not None)

    def _ways_by(self, to: GraphQLNamedType, within: tuple[str, ...]) -> Iterator[Way]:
        return iter([Way("", "", to.name)]) if to.name in ENTITIES else self.ways(to, within)

    def _values(self, within: str, name: str, argument: GraphQLArgument) -> list[str]:
        named = get_named_type(argument.type)
        if isinstance(named, GraphQLEnumType):
            return list(named.values)
        if named.name == "Boolean":
            return ["true", "false"]
        if name in BACKWARD:
            return ["null"]
        if get_nullable_type(argument.type) is named and named.name == "Int":
            variable = "first"
            self.variables[variable] = GraphQLNonNull(GraphQLInt)
        else:
            variable = f"{within}_{name}" if within else name
            self.variables[variable] = argument.type
        return [f"${variable}"]


def queries(schema: GraphQLSchema, most: int) -> list[Made]:
    """Give the operations of every root field of queries, of no more than `most` fields each, near ones first.

    On ways beyond the first post or person each field has one form. Near ones have all, and many times many could not be asked.
    """
    assert schema.query_type is not None
    writer, far, made = Writer(schema), Writer(schema, every_form=False), list[Made]()
    for name, each in schema.query_type.fields.items():
        made += [*_near(writer, name, each, most), *_far(far, name, each, most)]
    return sorted(made, key=lambda one: one.far)


def whole(schema: GraphQLSchema, kind: str, most: float = inf) -> list[Made]:
    """Give operations of each root field of mutations or subscriptions, with all that is one post or person away.

    Where a field may give several types, each that leads to posts or people has operations of its own, and as many as it takes
    for none to have more than `most` fields. The first of them has the root field in every form of its arguments; what is below
    has one form, and all of them in queries.
    """
    root = {"mutation": schema.mutation_type, "subscription": schema.subscription_type}[kind]
    assert root is not None
    writer = Writer(schema, every_form=False)
    roots, made = Writer(schema, variables=writer.variables), []
    for name, each in root.fields.items():
        to = get_named_type(each.type)
        plain = writer.plain(to)
        by_type: dict[str, list[str]] = {}
        for way in writer.ways(to):
            of = way.before.partition("{")[0] if is_abstract_type(to) else ""
            by_type.setdefault(of, []).extend(map(way.around, writer.parts(way.to, most - _fields_in(way.around(plain)))))
        heads = roots.heads(name, each, below=False)
        for parts in by_type.values() or [[]]:
            first, *rest = _packed(parts, most - _fields_in(plain))
            for head, part, far in [*product(heads, [first], [False]), *product(heads[:1], rest, [True])]:
                made.append(Made(name, *writer.operation(kind, f"{head} {{ {plain} {part} }}"), far))
    return made


def _fields_in(selection: str) -> int:
    """Return how many fields a selection has, with all that is below."""

    def count(node: Node) -> int:
        below: SelectionSetNode | None = getattr(node, "selection_set", None)
        return int(isinstance(node, FieldNode)) + sum(map(count, below.selections if below else ()))

    (operation,) = parse(f"{{ __typename {selection} }}").definitions
    return count(operation)


def _packed(parts: Iterable[str], most: float, size: int = 0) -> list[str]:
    """Put selections together as long as they have no more than so many fields; `size` is what stands beside the first."""
    packed = [""]
    for part in parts:
        count = _fields_in(part)
        if size + count > most:
            packed, size = [*packed, part], count
        else:
            packed, size = [*packed[:-1], f"{packed[-1]} {part}"], size + count
    return packed


def _near(writer: Writer, name: str, each: GraphQLField, most: int) -> Iterator[Made]:
    to = get_named_type(each.type)
    for head in writer.heads(name, each, below=False):
        for one in writer.schema.get_possible_types(to) if is_abstract_type(to) else [to]:
            if one.name in ENTITIES:
                continue
            on = f"... on {one.name}" if one is not to else ""
            inner = f"{on} {{ {writer.plain(one)} }}" if on else writer.plain(one)
            yield Made(name, *writer.operation("query", f"{head} {{ __typename {inner} }}"))
    for way in writer.ways_of_field(name, each, below=False):
        for part in writer.parts(way.to, most - _fields_in(way.around("id"))):
            yield Made(name, *writer.operation("query", way.around(part)))


def _far(writer: Writer, name: str, each: GraphQLField, most: int) -> Iterator[Made]:
    for way in writer.ways_of_field(name, each, below=False):
        for first in filter(lambda one: one.is_by_item, writer.ways(writer.schema.type_map[way.to]) if way.is_by_item else ()):
            for part in writer.parts(first.to, most - _fields_in(way.around(first.around("id"))), whole=False):
                inner = f"__typename id {first.around(part)}"
                yield Made(name, *writer.operation("query", way.around(inner)), far=True)
