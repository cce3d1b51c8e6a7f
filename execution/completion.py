"""Completion: the lines that turn a column of values into a column of results, by the type of the field."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLAbstractType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList

from execution.columns import rows_of
from execution.leaves import leaf_column
from execution.run import Kinds, Site

if TYPE_CHECKING:
    from execution.compiler import Shapes


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a plan; one that waits is a lane."""

    name: str
    waits: bool

    def of(self, rows: str) -> str:
        """Write a call that gives the column at once, after waves if need be."""
        return f"{'yield from ' if self.waits else ''}{self.name}({rows}, run)"


@dataclass(frozen=True, slots=True)
class Completion:
    """Adds lines for one field."""

    shapes: "Shapes"
    site: Site
    details: FieldDetailsList
    lines: list[str]

    def complete(self, column: str, type_: GraphQLOutputType) -> bool:
        """Complete a column in place; tell whether that may wait."""
        inner: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        nullable = inner is type_
        if is_leaf_type(inner):
            leaf = self._constant(inner.name, leaf_column(inner, nullable=nullable))
            self._add(f"{column} = {leaf}({column})")
            return False
        if not nullable:
            return self._present(column, inner)
        present = self._fresh("p")
        self._add(f"{present} = present({column})")
        waits = self._present(present, inner)
        self._add(f"{column} = spread({column}, {present})")
        return waits

    def _present(self, column: str, type_: Any) -> bool:
        """Complete a column in which a null is a surprise."""
        if isinstance(type_, GraphQLList):
            items = self._fresh("i")
            self._add(f"{items} = flat({column})")
            waits = self.complete(items, type_.of_type)
            self._add(f"{column} = nested({column}, {items})")
            return waits
        if is_abstract_type(type_):
            return self._abstract(column, type_)
        function = self.shapes.shape(type_, self.details)
        self._add(f"{column} = {function.of(self._rows(type_, column))}")
        return function.waits

    def _abstract(self, column: str, type_: GraphQLAbstractType) -> bool:
        possible = self.shapes.schema.get_possible_types(type_)
        kinds = Kinds.of(type_, possible, self.site)
        names = self._fresh("n")
        self._add(f"{names} = run.type_names({self._constant('kinds', kinds)}, {column})")
        functions = {self._fresh("r"): (each, self.shapes.shape(each, self.details)) for each in possible}
        lanes = {}
        for result, (each, function) in functions.items():
            self._add(f"{result} = [row for row, name in zip({column}, {names}) if name == {each.name!r}]")
            call = f"{function.name}({self._rows(each, result)}, run)"
            if function.waits:
                lanes[result] = call
            else:
                self._add(f"{result} = {call}")
        if lanes:
            self._add(f"{', '.join(lanes)}, = yield from together({', '.join(lanes.values())})")
        results = ", ".join(f"{each.name!r}: {result}" for result, (each, _) in functions.items())
        self._add(f"{column} = woven({names}, {{{results}}})")
        return bool(lanes)

    def _rows(self, type_: GraphQLObjectType, column: str) -> str:
        check = self.shapes.checks.get(type_.name)
        if check is None:
            check = self.shapes.checks[type_.name] = self._constant(type_.name, rows_of(type_.is_type_of))
        return f"{check}({column})"

    def _constant(self, stem: str, value: object) -> str:
        return self.shapes.source.constant(stem, value)

    def _fresh(self, stem: str) -> str:
        return self.shapes.source.fresh(stem)

    def _add(self, line: str) -> None:
        self.lines.append(line)
