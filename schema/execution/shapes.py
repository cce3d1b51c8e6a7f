"""The compiler: one function for each shape, which is an object type and the selections merged on it.

A shape takes a whole level of rows and gives a result for each. Fields that never wait stand in its function; one that may
wait is a lane of its own, so that all of them ask for what they need before any of them waits.
"""

from dataclasses import dataclass, field

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from schema.execution.arguments import arguments_of
from schema.execution.completion import Completion, Function
from schema.execution.declared import attribute_path, declared
from schema.execution.run import Site
from schema.execution.source import Source
from schema.execution.surprise import Uncompiled
from schema.fields import Attribute, ByKey, ByKeys, Call, Computed, GlobalId

MAX_FIELDS = 500
"""Most fields of a plan, each counted for every type that it is compiled for: a plan of 500 takes 15 ms to compile."""


@dataclass(slots=True)
class Shapes:
    """Writes the functions of one operation, with one outcome of its choices."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    values: VariableValues
    source: Source
    checks: dict[str, str] = field(default_factory=dict)
    """Names of the checks of rows, by type."""
    _known: dict[tuple[str, ...], Function] = field(default_factory=dict)
    _fields: int = 0

    def root(self, type_: GraphQLObjectType) -> dict[str, Function | str]:
        """Write a lane for each root field; `__typename` is given as its value."""
        collected = collect_fields(self.schema, self.fragments, self.values, type_, self.operation)
        return {
            key: type_.name if details[0].node.name.value == "__typename" else self._root_lane(type_, key, details)
            for key, details in self._counted(collected)
        }

    def shape(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Function:
        """Write the function of a shape, unless it is written already."""
        identity = (type_.name, *(str(id(each.node)) for each in details))
        if identity not in self._known:
            self._known[identity] = self._written(type_, details)
        return self._known[identity]

    def _written(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Function:
        collected = collect_subfields(self.schema, self.fragments, self.values, self.operation, type_, details)
        name = self.source.fresh(f"{type_.name}_")
        body: list[str] = []
        items: list[str] = []
        columns: list[str] = []
        lanes: dict[str, str] = {}
        for key, nodes in self._counted(collected):
            if nodes[0].node.name.value == "__typename":
                items.append(f"{key!r}: {type_.name!r}")
                continue
            column = self.source.fresh("c")
            lane = self._column(type_, key, nodes, column, body)
            if lane is not None:
                lanes[column] = f"{lane}(rows, run)"
            columns.append(column)
            items.append(f"{key!r}: {column}_")
        body += _stepped(lanes)
        body.append(f"return [{{{', '.join(items)}}} {_loop(columns)}]")
        self.source.function(name, type_.name, body)
        return Function(name, waits=bool(lanes))

    def _column(
        self, type_: GraphQLObjectType, key: str, details: FieldDetailsList, column: str, body: list[str]
    ) -> str | None:
        """Write how a column is got: into the body, or as a lane whose name is given."""
        name = details[0].node.name.value
        field_ = type_.fields.get(name)
        if field_ is None:
            raise Uncompiled(name)
        site = self._site(type_, key, field_, details)
        lines, waits = self._values(site, column)
        completion = Completion(self, site, details, lines)
        waits |= completion.complete(column, field_.type)
        if not waits:
            body += lines
            return None
        return self._lane(site, [*lines, f"return {column}"])

    def _values(self, site: Site, column: str) -> tuple[list[str], bool]:
        """Give the lines that get a column of values, and whether they may wait."""
        how = declared(site.field, f"{site.parent_type.name}.{site.node.name.value}")
        constant = self.source.constant
        if isinstance(how, Attribute):
            return [f"{column} = [row.{attribute_path(how.name)} for row in rows]"], False
        if isinstance(how, GlobalId):
            return [f"{column} = global_ids({how.kind + ':'!r}, [row.id for row in rows])"], False
        if isinstance(how, Computed):
            function = constant("function", how.function)
            return [f"{column} = [{function}(row, run.context) for row in rows]"], False
        place = constant("site", site)
        if isinstance(how, ByKey):
            keys = f"[row.{attribute_path(how.key)} for row in rows]"
            return _asked(f"run.look_up({how.loader!r}, {keys}, {place}, rows)", column), True
        if isinstance(how, ByKeys):
            keys = f"[row.{attribute_path(how.keys)} for row in rows]"
            return _asked(f"run.look_up_lists({how.loader!r}, {keys}, {place}, rows)", column), True
        return _asked(f"run.call({place}, rows)", column), True

    def _root_lane(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Function:
        name = details[0].node.name.value
        field_ = type_.fields.get(name)
        if field_ is None:  # introspection
            raise Uncompiled(name)
        site = self._site(type_, key, field_, details)
        lines = _asked(f"run.call({self.source.constant('site', site)}, rows)", "c")
        Completion(self, site, details, lines).complete("c", field_.type)
        return Function(self._lane(site, [*lines, "return c"]), waits=True)

    def _lane(self, site: Site, lines: list[str]) -> str:
        type_, name = site.parent_type.name, site.node.name.value
        lane = self.source.fresh(f"{type_}_{name}_")
        self.source.function(lane, f"{type_}.{name}", lines)
        return lane

    def _site(self, type_: GraphQLObjectType, key: str, field_: GraphQLField, details: FieldDetailsList) -> Site:
        nodes = [each.node for each in details]
        return Site(type_, key, field_, nodes, arguments_of(field_, nodes[0]))

    def _counted(self, collected: CollectedFields) -> list[tuple[str, FieldDetailsList]]:
        if collected.new_defer_usages:
            raise Uncompiled("@defer")
        fields = list(collected.grouped_field_set.items())
        self._fields += len(fields)
        if self._fields > MAX_FIELDS:
            raise Uncompiled("too many fields")
        return fields


def _asked(question: str, column: str) -> list[str]:
    return [f"asked = {question}", "if asked.values is None: yield", f"{column} = asked.taken()"]


def _stepped(lanes: dict[str, str]) -> list[str]:
    if not lanes:
        return []
    if len(lanes) == 1:
        return [f"{column} = yield from {lane}" for column, lane in lanes.items()]
    return [f"{', '.join(lanes)} = yield from together({', '.join(lanes.values())})"]


def _loop(columns: list[str]) -> str:
    if not columns:
        return "for _ in rows"
    if len(columns) == 1:
        return f"for {columns[0]}_ in {columns[0]}"
    return f"for {', '.join(f'{column}_' for column in columns)} in zip({', '.join(columns)})"
