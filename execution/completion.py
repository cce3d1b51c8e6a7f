"""Completion: the lines that turn a column of values into a column of results, by the type of the field."""

from dataclasses import dataclass
from typing import Any, Protocol

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
from execution.compiler_options import CompilerOptions
from execution.site import PossibleTypes, Site
from execution.source import Line, Source


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a plan; one that waits is a coroutine."""

    name: str
    waits: bool

    def call(self, rows: str) -> str:
        """Write a call that gives the column, after batch steps if need be."""
        return f"{'yield from ' if self.waits else ''}{self.name}({rows}, run)"


class SelectionWriter(Protocol):
    """The compiler, as far as completion needs it."""

    @property
    def options(self) -> CompilerOptions:
        """What is the same for all operations of the schema."""

    @property
    def source(self) -> Source:
        """The text of the plan."""

    @property
    def row_checks(self) -> dict[str, str]:
        """Names of the checks of rows, by type."""

    def compile_selection(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Function:
        """Write the function of what is selected on a type, unless it is written already."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Adds lines for one field."""

    compiler: SelectionWriter
    site: Site
    details: FieldDetailsList
    lines: list[Line]

    def complete(self, column: str, type_: GraphQLOutputType) -> bool:
        """Complete a column in place; return whether that may wait."""
        inner: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        nullable = inner is type_
        if is_leaf_type(inner):
            leaf = self._constant(inner.name, self.compiler.options.leaves.conversion(inner, nullable=nullable))
            self._add(f"{column} = {leaf}({column})")
            return False
        if not nullable:
            return self._complete_non_null(column, inner)
        present = self._fresh("present")
        self._add(f"{present} = present({column})")
        waits = self._complete_non_null(present, inner)
        self._add(f"{column} = spread({column}, {present})")
        return waits

    def _complete_non_null(self, column: str, type_: Any) -> bool:
        """Complete a column of lists or objects, in which a null bails out."""
        if isinstance(type_, GraphQLList):
            items = self._fresh("items")
            self._add(f"{items} = flat({column})")
            waits = self.complete(items, type_.of_type)
            self._add(f"{column} = nested({column}, {items})")
            return waits
        if is_abstract_type(type_):
            return self._complete_abstract(column, type_)
        function = self.compiler.compile_selection(type_, self.details)
        self._add(f"{column} = {function.call(self._checked(type_, column))}")
        return function.waits

    def _complete_abstract(self, column: str, type_: GraphQLAbstractType) -> bool:
        """Split the column by the types of its rows, complete each part, and put the results together in order."""
        possible = self.compiler.options.schema.get_possible_types(type_)
        names = self._fresh("names")
        types = self._constant("types", PossibleTypes.of(type_, possible, self.site))
        self._add(f"{names} = run.type_names({types}, {column})")
        functions = {self._fresh("rows"): (each, self.compiler.compile_selection(each, self.details)) for each in possible}
        coroutines = {}
        for rows, (each, function) in functions.items():
            self._add(f"{rows} = [row for row, name in zip({column}, {names}) if name == {each.name!r}]")
            call = f"{function.name}({self._checked(each, rows)}, run)"
            if function.waits:
                coroutines[rows] = call
            else:
                self._add(f"{rows} = {call}")
        if coroutines:
            self._add(f"{', '.join(coroutines)}, = yield from together({', '.join(coroutines.values())})")
        results = ", ".join(f"{each.name!r}: {rows}" for rows, (each, _) in functions.items())
        self._add(f"{column} = interleaved({names}, {{{results}}})")
        return bool(coroutines)

    def _checked(self, type_: GraphQLObjectType, column: str) -> str:
        """Write the check that rows are of their type."""
        checks = self.compiler.row_checks
        if type_.name not in checks:
            checks[type_.name] = self._constant(type_.name, rows_of(type_.is_type_of))
        return f"{checks[type_.name]}({column})"

    def _constant(self, stem: str, value: object) -> str:
        return self.compiler.source.constant(stem, value)

    def _fresh(self, stem: str) -> str:
        return self.compiler.source.fresh(stem)

    def _add(self, text: str) -> None:
        self.lines.append(Line(text, self.site.name))
