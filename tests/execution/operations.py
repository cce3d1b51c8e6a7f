"""Operations made at random from a schema: aliases, fragments, directives, arguments, variables."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

TEXTS = ["", "x", "p1", "d1", 'ü\u2028"\\\n', "__import__('os')", "nobody"]
DEEPEST = 4


@dataclass
class Writer:
    """Writes one operation; every choice is drawn, so that failing ones shrink."""

    schema: GraphQLSchema
    draw: Any
    skip: frozenset[str] = frozenset()
    samples: dict[str, list[Any]] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    aliases: int = 0

    def operation(self, kind: str, root: GraphQLObjectType, widest: int) -> tuple[str, dict[str, object]]:
        selections = self.selections(root, 0, widest)
        declared = f"({', '.join(f'${name}: {type_}' for name, type_ in self.declared.items())})" if self.declared else ""
        return "\n".join([f"{kind} Made{declared} {selections}", *self.fragments]), self.values

    def selections(self, type_: Any, depth: int, widest: int = 5) -> str:
        parts = [self.part(type_, depth) for _ in range(self.draw(st.integers(1, widest)))]
        return "{ " + " ".join(parts) + " }"

    def part(self, type_: Any, depth: int) -> str:
        choice = self.draw(st.integers(0, 9))
        if choice == 0:
            return f"{self.alias('__typename')} {self.directive()}"
        if choice == 1 and depth < DEEPEST:
            return f"... {self.directive()} {self.selections(type_, depth + 1, 3)}"
        if choice == 2 and depth < DEEPEST:
            return self.fragment(type_, depth)
        fields = [
            (name, each)
            for name, each in getattr(type_, "fields", {}).items()
            if name not in self.skip and (depth < DEEPEST or is_leaf_type(get_named_type(each.type)))
        ]
        if not fields:
            return self.fragment(type_, depth) if is_abstract_type(type_) and depth < DEEPEST + 2 else "__typename"
        name, chosen = self.draw(st.sampled_from(fields))
        arguments = self.arguments(chosen)
        named = get_named_type(chosen.type)
        inner = self.selections(named, depth + 1, 4) if is_composite_type(named) else ""
        # A field with arguments has a name of its own, or it might not merge with its like.
        written = f"{self.unique()}: {name}" if chosen.args else self.alias(name)
        return f"{written}{arguments} {self.directive()} {inner}"

    def fragment(self, type_: Any, depth: int) -> str:
        on = type_
        if is_abstract_type(type_):
            on = self.draw(st.sampled_from([type_, *self.schema.get_possible_types(type_)]))
        body = self.selections(on, depth + 1, 3)
        if self.draw(st.booleans()):
            return f"... on {on.name} {self.directive()} {body}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {on.name} {body}")
        return f"...{name} {self.directive()}"

    def alias(self, name: str) -> str:
        return name if self.draw(st.integers(0, 4)) else f"{self.unique()}: {name}"

    def unique(self) -> str:
        self.aliases += 1
        return f"{self.draw(st.sampled_from(['a', '_', '__class__', 'None', 'import', 'rows', 'run', 'c1']))}_{self.aliases}"

    def directive(self) -> str:
        if self.draw(st.integers(0, 7)):
            return ""
        name = self.draw(st.sampled_from(["skip", "include"]))
        if self.draw(st.booleans()):
            return f"@{name}(if: {self.draw(st.sampled_from(['true', 'false']))})"
        variable = f"if{self.draw(st.integers(0, 2))}"
        if variable not in self.declared:
            self.declared[variable] = self.draw(st.sampled_from(["Boolean!", "Boolean = true", "Boolean! = false"]))
            if self.declared[variable] == "Boolean!" or self.draw(st.booleans()):
                self.values[variable] = self.draw(st.booleans())
        return f"@{name}(if: ${variable})"

    def arguments(self, field_: Any) -> str:
        given = []
        for name, argument in field_.args.items():
            if is_required_argument(argument) or self.draw(st.booleans()):
                given.append(f"{name}: {self.argument(argument)}")
        return f"({', '.join(given)})" if given else ""

    def argument(self, argument: Any) -> str:
        if self.draw(st.booleans()):
            return self.literal(argument.type)
        name = f"v{len(self.declared)}"
        type_ = str(argument.type)
        if isinstance(argument.type, GraphQLNonNull) and argument.default is not None and self.draw(st.booleans()):
            type_ = type_.removesuffix("!")
        self.declared[name] = type_
        absent = not type_.endswith("!") and self.draw(st.booleans())
        if not absent:
            self.values[name] = self.value(argument.type, nullable=not type_.endswith("!"))
        return f"${name}"

    def literal(self, type_: Any) -> str:
        value = self.value(type_)
        return _written(value, type_)

    def value(self, type_: Any, *, nullable: bool | None = None) -> Any:
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if (inner is type_ if nullable is None else nullable) and self.draw(st.integers(0, 3)) == 0:
            return None
        if isinstance(inner, GraphQLList):
            return [self.value(inner.of_type) for _ in range(self.draw(st.integers(0, 2)))]
        if isinstance(inner, GraphQLEnumType):
            return self.draw(st.sampled_from(list(inner.values)))
        if isinstance(inner, GraphQLInputObjectType):
            return {
                name: self.value(each.type)
                for name, each in inner.fields.items()
                if (isinstance(each.type, GraphQLNonNull) and each.default is None) or self.draw(st.booleans())
            }
        if inner.name in self.samples:
            return self.draw(st.sampled_from(self.samples[inner.name]))
        simple = {
            "Int": st.integers(0, 4),
            "Float": st.just(0.5),
            "Boolean": st.booleans(),
            "String": st.sampled_from(TEXTS),
            "ID": st.sampled_from(["p0", "p1", "d1", "c1", "nobody"]),
        }
        return self.draw(simple[inner.name])


def _written(value: Any, type_: Any) -> str:  # noqa: PLR0911 - one for each kind of value
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if value is None:
        return "null"
    if isinstance(inner, GraphQLList):
        return "[" + ", ".join(_written(each, inner.of_type) for each in value) + "]"
    if isinstance(inner, GraphQLEnumType):
        return str(value)
    if isinstance(inner, GraphQLInputObjectType):
        return "{" + ", ".join(f"{name}: {_written(each, inner.fields[name].type)}" for name, each in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return str(value)


@st.composite
def operations(
    draw: Any,
    schema: GraphQLSchema,
    kind: str = "query",
    *,
    skip: frozenset[str] = frozenset(),
    widest: int = 5,
    samples: dict[str, list[Any]] | None = None,
) -> Any:
    """Draw an operation and its variables; `samples` are values of scalars, by type."""
    root = {"query": schema.query_type, "mutation": schema.mutation_type}[kind]
    assert root is not None
    return Writer(schema, draw, skip, samples or {}).operation(kind, root, widest)
