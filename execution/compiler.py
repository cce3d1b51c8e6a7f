"""The selection compiler: writes one function for each object type with the selections merged on it.

A function takes a whole level of rows and returns a result for each. Fields that never wait stand in it; a field that may wait
more than once is a coroutine of its own, so that all fields ask for what they need before any of them waits.
"""

from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
)
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
from execution.level import PIECES, Coroutine, Level, Member, Piece, Read, SharedLookup, tuple_of
from execution.not_compiled import NotCompiled, Reason
from execution.pieces import SelectedPieces, caches_json
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
        level = Level()
        for cached, fields in groupby(self._counted(collected), partial(self._is_cached, type_)):
            if cached:
                level.members.append(self._write_piece(type_, list(fields)))
                continue
            for key, nodes in fields:
                level.members.append(self._add_member(level, type_, key, nodes))
        self._add_pieces(level, type_)
        self.source.function(name, type_.name, level.body(self._write_coroutine))
        return Function(name, waits=level.waits)

    def _is_cached(self, type_: GraphQLObjectType, field_: tuple[str, FieldDetailsList]) -> bool:
        """Return whether what is written of a field is cached in its row: it depends on the row alone."""
        name = field_[1][0].node.name.value
        found = type_.fields.get(name)
        if found is None or not is_leaf_type(get_named_type(found.type)) or not caches_json(type_.is_type_of):
            return False
        return isinstance(declaration_of(found, f"{type_.name}.{name}"), Attribute | MappedColumn)

    def _write_piece(self, type_: GraphQLObjectType, fields: list[tuple[str, FieldDetailsList]]) -> Piece:
        """Write the function that computes fields of a row that is met for the first time."""
        name, computed = self.source.fresh(f"{type_.name}_"), Level()
        computed.members += [self._add_member(computed, type_, key, nodes) for key, nodes in fields]
        self.source.function(name, type_.name, computed.body(self._write_coroutine))
        return Piece(name, " ".join(f"{key}:{nodes[0].node.name.value}" for key, nodes in fields))

    def _add_pieces(self, level: Level, type_: GraphQLObjectType) -> None:
        """Add the line that gives all pieces of each row: a row caches them together."""
        if not level.pieces:
            return
        shown = " | ".join(piece.shown for piece in level.pieces)
        functions = tuple_of([piece.function for piece in level.pieces])
        pieces = self.source.constant("pieces", SelectedPieces(f"{self.options.number} {type_.name} {shown}"))
        level.lines.append(Line(f"{PIECES} = {pieces}({functions}, rows, run)"))

    def _add_member(self, level: Level, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Member:
        if details[0].node.name.value == "__typename":
            return Member(key, text=type_.name)
        column = self.source.fresh("c")
        self._add(level, column, type_, key, details)
        return Member(key, column)

    def _add(self, level: Level, column: str, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> None:
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

    def _add_mapped(self, level: Level, column: str, how: MappedColumn, site: Site) -> None:
        if not is_leaf_type(get_nullable_type(site.field.type)):
            raise NotCompiled(Reason.UNDECLARED, site.name)
        level.reads[column] = Read(attribute_path(how.name), site.name)
        function = self.source.constant("mapped", mapped(how.function))
        level.lines.append(Line(f"{column} = {function}({column})", site.name))

    def _add_immediate(
        self, level: Level, column: str, how: Attribute | Computed, site: Site, details: FieldDetailsList
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
            level.coroutines[column] = Coroutine(site, [read, *lines])
        elif isinstance(how, Attribute):
            level.reads[column] = Read(attribute_path(how.name), site.name)
            level.lines += lines
        else:
            level.lines += [read, *lines]

    def _add_pending(
        self, level: Level, column: str, how: ByKey | ByKeys | Call, site: Site, details: FieldDetailsList
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
            level.coroutines[column] = Coroutine(site, [request, wait, values, *lines])
            return
        level.requests[pending] = request
        level.after_step += [values, *lines]
        if isinstance(how, ByKey):
            level.lookups[how.loader, how.key] = SharedLookup(pending, sites)

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


def _values_method(how: ByKey | ByKeys | Call, site: Site) -> str:
    """Return the method that gives the answers: a lookup in a place without nulls must have a key for each parent."""
    non_null = isinstance(how, ByKey) and isinstance(site.field.type, GraphQLNonNull)
    return "non_null_values" if non_null else "values"
