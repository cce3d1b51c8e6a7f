"""The selection compiler: writes one function for each object type with the selections merged on it.

A function takes a whole level of rows and returns a result for each. Fields that never wait stand in it; a field that may wait
more than once is a coroutine of its own, so that all fields ask for what they need before any of them waits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, OperationDefinitionNode, is_leaf_type
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from graphql.type import get_nullable_type

from execution.arguments import arguments_of
from execution.columns import mapped
from execution.compiler_options import CompilerOptions
from execution.completion import Completion, Function
from execution.declarations import Attribute, ByKey, ByKeys, Call, Computed, MappedColumn, attribute_path, declaration_of
from execution.direct_call import DirectCall
from execution.not_compiled import NotCompiled, Reason
from execution.site import Site
from execution.source import Line, Source

MAX_FIELDS = 300
"""Most fields of a plan, each counted for every type that it is compiled for: they bound how long compiling takes."""


@dataclass(slots=True)
class SelectionCompiler:
    """Writes the functions of one operation, for one outcome of its choices."""

    options: CompilerOptions
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    source: Source
    row_checks: dict[str, str] = field(default_factory=dict)
    """Names of the checks of rows, by type."""
    root_fields: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """The fields beneath the root that are declared as calls."""
    _functions: dict[tuple[str, ...], Function] = field(default_factory=dict)
    _field_count: int = 0

    def compile_root(self, type_: GraphQLObjectType) -> dict[str, Function | str]:
        """Write a coroutine for each root field, by response name; `__typename` is given as its value."""
        collected = collect_fields(self.options.schema, self.fragments, self.variables, type_, self.operation)
        return {
            key: type_.name if details[0].node.name.value == "__typename" else self._compile_root_field(type_, key, details)
            for key, details in self._counted(collected)
        }

    def compile_selection(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Function:
        """Write the function of what is selected on a type, unless it is written already."""
        identity = (type_.name, *(str(id(each.node)) for each in details))
        if identity not in self._functions:
            self._functions[identity] = self._write_selection(type_, details)
        return self._functions[identity]

    def _write_selection(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Function:
        collected = collect_subfields(self.options.schema, self.fragments, self.variables, self.operation, type_, details)
        name = self.source.fresh(f"{type_.name}_")
        level = _Level()
        for key, nodes in self._counted(collected):
            if nodes[0].node.name.value == "__typename":
                level.items.append(f"{key!r}: {type_.name!r}")
                continue
            column = self.source.fresh("c")
            self._add(level, column, type_, key, nodes)
            level.items.append(f"{key!r}: {column}_")
            level.columns.append(column)
        self.source.function(name, type_.name, level.body(self._write_coroutine))
        return Function(name, waits=level.waits)

    def _add(self, level: "_Level", column: str, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> None:
        """Add a field to the function of its level, by its declaration."""
        name = details[0].node.name.value
        field_ = type_.fields.get(name)
        if field_ is None:
            raise NotCompiled(Reason.INTROSPECTION, f"{type_.name}.{name}")
        how = declaration_of(field_, f"{type_.name}.{name}")
        site = self._site(type_, key, field_, details, waits=isinstance(how, ByKey | ByKeys | Call))
        if isinstance(how, Call):
            self.called.append(site.name)
        if isinstance(how, MappedColumn):
            self._add_mapped(level, column, how, site)
        elif isinstance(how, Attribute | Computed):
            self._add_immediate(level, column, how, site, details)
        else:
            self._add_pending(level, column, how, site, details)

    def _add_mapped(self, level: "_Level", column: str, how: MappedColumn, site: Site) -> None:
        if not is_leaf_type(get_nullable_type(site.field.type)):
            raise NotCompiled(Reason.UNDECLARED, site.name)
        level.reads[column] = _Read(attribute_path(how.name), site.name)
        function = self.source.constant("mapped", mapped(how.function))
        level.lines.append(Line(f"{column} = {function}({column})", site.name))

    def _add_immediate(
        self, level: "_Level", column: str, how: Attribute | Computed, site: Site, details: FieldDetailsList
    ) -> None:
        """Add a field whose values are at hand; what is selected on them may still wait."""
        lines = list[Line]()
        waits = Completion(self, site, details, lines).complete(column, site.field.type)
        if isinstance(how, Computed):
            function = self.source.constant("function", how.function)
            read = Line(f"{column} = [{function}(row, run.context) for row in rows]", site.name)
        else:
            read = Line(f"{column} = [row.{attribute_path(how.name)} for row in rows]", site.name)
        if waits:
            level.coroutines[column] = _Coroutine(site, [read, *lines])
        elif isinstance(how, Attribute):
            level.reads[column] = _Read(attribute_path(how.name), site.name)
            level.lines += lines
        else:
            level.lines += [read, *lines]

    def _add_pending(
        self, level: "_Level", column: str, how: ByKey | ByKeys | Call, site: Site, details: FieldDetailsList
    ) -> None:
        """Add a field that is looked up or called: as a coroutine, if what is selected on its values may wait as well."""
        shared = level.lookups.get((how.loader, how.key)) if isinstance(how, ByKey) else None
        pending, lines = self.source.fresh("pending") if shared is None else shared.pending, list[Line]()
        if isinstance(how, ByKey) and how.shown is not None:
            lines.append(Line(f"{column} = {self._shown(how.shown, column)}", site.name))
        waits = Completion(self, site, details, lines).complete(column, site.field.type)
        if isinstance(how, ByKey):
            lines.append(Line(f"{column} = {pending}.to_parents({column})", site.name))
        values = Line(f"{column} = {pending}.{_values_method(how, site)}()", site.name)
        if shared is not None and not waits:
            shared.sites.append(site)
            level.after_step += [values, *lines]
            return
        sites = [site]
        request = Line(f"{pending} = {self._request(how, sites)}", site.name)
        if waits:
            wait = Line(f"if {pending}.results is None: yield", site.name)
            level.coroutines[column] = _Coroutine(site, [request, wait, values, *lines])
            return
        level.requests[pending] = request
        level.after_step += [values, *lines]
        if isinstance(how, ByKey):
            level.lookups[how.loader, how.key] = _SharedLookup(pending, sites)

    def _shown(self, shown: Attribute | Computed, column: str) -> str:
        """Return the expression of what is shown of a column of answers."""
        if isinstance(shown, Attribute):
            read = f"answer.{attribute_path(shown.name)}"
        else:
            read = f"{self.source.constant('function', shown.function)}(answer, run.context)"
        return f"[None if answer is None else {read} for answer in {column}]"

    def _request(self, how: ByKey | ByKeys | Call, sites: list[Site]) -> str:
        """Return the expression that asks for a column. The fields that share a lookup are added to `sites` as they are met."""
        if isinstance(how, Call):
            return f"run.call({self.source.constant('site', sites[0])}, rows)"
        places = self.source.constant("sites", sites)
        if isinstance(how, ByKey):
            return f"run.look_up({how.loader!r}, [row.{attribute_path(how.key)} for row in rows], {places}, rows)"
        return f"run.look_up_lists({how.loader!r}, [row.{attribute_path(how.keys)} for row in rows], {places}, rows)"

    def _compile_root_field(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Function:
        name = details[0].node.name.value
        field_ = type_.fields.get(name)
        if field_ is None:
            raise NotCompiled(Reason.INTROSPECTION, f"{type_.name}.{name}")
        site = self._site(type_, key, field_, details, waits=True)
        self.root_fields.append(site.name)
        request = f"pending = {self._request(Call(), [site])}"
        lines = [Line(request), Line("if pending.results is None: yield"), Line("c = pending.values()")]
        Completion(self, site, details, lines).complete("c", field_.type)
        return Function(self._write_coroutine(site, [*lines, Line("return c")]), waits=True)

    def _write_coroutine(self, site: Site, lines: list[Line]) -> str:
        name = self.source.fresh(f"{site.name.replace('.', '_')}_")
        self.source.function(name, site.name, lines)
        return name

    def _site(self, type_: GraphQLObjectType, key: str, field_: GraphQLField, details: FieldDetailsList, *, waits: bool) -> Site:
        nodes = [each.node for each in details]
        name = f"{type_.name}.{nodes[0].name.value}"
        instrumentation = self.options.instrumentation
        instrument = instrumentation.field(name) if instrumentation and waits else None
        direct_call = DirectCall.of(field_)
        arguments = arguments_of(field_, nodes[0], direct_call.names if direct_call else None)
        return Site(name, type_, key, field_, nodes, arguments, direct_call, instrument)

    def _counted(self, collected: CollectedFields) -> list[tuple[str, FieldDetailsList]]:
        if collected.new_defer_usages:
            raise NotCompiled(Reason.DEFER)
        fields = list(collected.grouped_field_set.items())
        self._field_count += len(fields)
        if self._field_count > MAX_FIELDS:
            raise NotCompiled(Reason.TOO_MANY_FIELDS)
        return fields


@dataclass(frozen=True, slots=True)
class _Coroutine:
    """The lines that compute a column and may wait more than once."""

    site: Site
    lines: list[Line]


class _Read(NamedTuple):
    """The attribute that a column is read from, and the field that it is for."""

    path: str
    field: str


class _SharedLookup(NamedTuple):
    """A lookup that several fields of a level may share, and the fields that do."""

    pending: str
    sites: list[Site]


@dataclass(slots=True)
class _Level:
    """What the function of a selection is put together from."""

    reads: dict[str, _Read] = field(default_factory=dict)
    """Attributes by column, read in one pass over the rows."""
    lines: list[Line] = field(default_factory=list)
    requests: dict[str, Line] = field(default_factory=dict)
    """What is asked for by fields that wait once."""
    lookups: dict[tuple[str, str], _SharedLookup] = field(default_factory=dict)
    """Those requests that are lookups, by loader and key."""
    coroutines: dict[str, _Coroutine] = field(default_factory=dict)
    """The fields that may wait more than once, by column."""
    after_step: list[Line] = field(default_factory=list)
    """What is done with the answers to `requests`."""
    columns: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether the function is a coroutine."""
        return bool(self.requests or self.coroutines)

    def body(self, write: Callable[[Site, list[Line]], str]) -> list[Line]:
        """Put the function together; `write` makes a coroutine a function of its own, where several run side by side."""
        lines = [Line("if not rows: return []"), *self._read()]
        lines += [*self.lines, *self.requests.values()]
        if len(self.coroutines) == 1:
            lines += [line for coroutine in self.coroutines.values() for line in coroutine.lines]
        elif self.coroutines:
            calls = [
                f"{write(coroutine.site, [*coroutine.lines, Line(f'return {column}')])}(rows, run)"
                for column, coroutine in self.coroutines.items()
            ]
            lines.append(Line(f"{', '.join(self.coroutines)} = yield from together({', '.join(calls)})"))
        if self.requests:
            # The coroutines may have waited, and then everything is here.
            lines.append(Line(f"if {' or '.join(f'{pending}.results is None' for pending in self.requests)}: yield"))
        return [*lines, *self.after_step, Line(f"return [{{{', '.join(self.items)}}} {self._loop()}]")]

    def _read(self) -> list[Line]:
        if len(self.reads) <= 1:
            return [Line(f"{column} = [row.{read.path} for row in rows]", read.field) for column, read in self.reads.items()]
        attributes = "".join(f"row.{read.path}, " for read in self.reads.values())
        return [Line(f"{', '.join(self.reads)} = zip(*[({attributes}) for row in rows])")]

    def _loop(self) -> str:
        if not self.columns:
            return "for _ in rows"
        if len(self.columns) == 1:
            return f"for {self.columns[0]}_ in {self.columns[0]}"
        return f"for {', '.join(f'{column}_' for column in self.columns)} in zip({', '.join(self.columns)})"


def _values_method(how: ByKey | ByKeys | Call, site: Site) -> str:
    """Return the method that gives the answers: a lookup in a place without nulls must have a key for each parent."""
    non_null = isinstance(how, ByKey) and isinstance(site.field.type, GraphQLNonNull)
    return "non_null_values" if non_null else "values"
