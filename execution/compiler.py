"""The compiler: one function for each shape, which is an object type and the selections merged on it.

A shape takes a whole level of rows and gives a result for each. Fields that never wait stand in its function; one that may
wait is a lane of its own, so that all of them ask for what they need before any of them waits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from execution.arguments import arguments_of
from execution.bailout import Uncompiled
from execution.calls import Direct
from execution.completion import Completion, Function
from execution.declared import attribute_path, declared
from execution.instrumentation import Watching
from execution.run import Site
from execution.source import Source
from schema.fields import Attribute, ByKey, ByKeys, Call, Computed, GlobalId

MAX_FIELDS = 300
"""Most fields of a plan, each counted for every type that it is compiled for: they bound how long compiling takes."""


@dataclass(slots=True)
class Shapes:
    """Writes the functions of one operation, with one outcome of its choices."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    values: VariableValues
    source: Source
    watching: Watching | None = None
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
        level = _Level()
        for key, nodes in self._counted(collected):
            if nodes[0].node.name.value == "__typename":
                level.items.append(f"{key!r}: {type_.name!r}")
                continue
            column = self.source.fresh("c")
            self._add(level, column, type_, key, nodes)
            level.items.append(f"{key!r}: {column}_")
            level.columns.append(column)
        self.source.function(name, type_.name, level.body(self._lane))
        return Function(name, waits=level.waits)

    def _add(self, level: "_Level", column: str, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> None:
        """Write a column into the function of its level: at once, after a question, or as a lane if there is more to wait for."""
        field_ = type_.fields.get(details[0].node.name.value)
        if field_ is None:
            raise Uncompiled(details[0].node.name.value)
        how = declared(field_, f"{type_.name}.{details[0].node.name.value}")
        site = self._site(type_, key, field_, details, waits=isinstance(how, ByKey | ByKeys | Call))
        if isinstance(how, GlobalId):
            level.reads[column] = "id"
            level.lines.append(f"{column} = global_ids({how.kind + ':'!r}, {column})")
            return
        if isinstance(how, Attribute | Computed):
            self._add_at_hand(level, column, how, site, details)
            return
        asked, lines = self.source.fresh("a"), list[str]()
        waits = Completion(self, site, details, lines).complete(column, field_.type)
        if isinstance(how, ByKey):
            lines.append(f"{column} = {asked}.placed({column})")
        question = f"{asked} = {self._question(how, site)}"
        taken = f"{column} = {asked}.{_taken(how, site)}()"
        if waits:
            level.lanes[column] = _Lane(site, [question, f"if {asked}.values is None: yield", taken, *lines])
        else:
            level.asks[asked] = question
            level.late += [taken, *lines]

    def _add_at_hand(
        self, level: "_Level", column: str, how: Attribute | Computed, site: Site, details: FieldDetailsList
    ) -> None:
        lines = list[str]()
        waits = Completion(self, site, details, lines).complete(column, site.field.type)
        if isinstance(how, Computed):
            got = f"{column} = [{self.source.constant('function', how.function)}(row, run.context) for row in rows]"
        else:
            got = f"{column} = [row.{attribute_path(how.name)} for row in rows]"
        if waits:
            level.lanes[column] = _Lane(site, [got, *lines])
        elif isinstance(how, Attribute):
            level.reads[column] = attribute_path(how.name)
            level.lines += lines
        else:
            level.lines += [got, *lines]

    def _question(self, how: ByKey | ByKeys | Call, site: Site) -> str:
        """Give what asks for a column."""
        place = self.source.constant("site", site)
        if isinstance(how, ByKey):
            return f"run.look_up({how.loader!r}, [row.{attribute_path(how.key)} for row in rows], {place}, rows)"
        if isinstance(how, ByKeys):
            return f"run.look_up_lists({how.loader!r}, [row.{attribute_path(how.keys)} for row in rows], {place}, rows)"
        return f"run.call({place}, rows)"

    def _root_lane(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Function:
        name = details[0].node.name.value
        field_ = type_.fields.get(name)
        if field_ is None:  # introspection
            raise Uncompiled(name)
        site = self._site(type_, key, field_, details, waits=True)
        lines = [f"a = {self._question(Call(), site)}", "if a.values is None: yield", "c = a.taken()"]
        Completion(self, site, details, lines).complete("c", field_.type)
        return Function(self._lane(site, [*lines, "return c"]), waits=True)

    def _lane(self, site: Site, lines: list[str]) -> str:
        type_, name = site.parent_type.name, site.node.name.value
        lane = self.source.fresh(f"{type_}_{name}_")
        self.source.function(lane, f"{type_}.{name}", lines)
        return lane

    def _site(
        self, type_: GraphQLObjectType, key: str, field_: GraphQLField, details: FieldDetailsList, *, waits: bool
    ) -> Site:
        nodes = [each.node for each in details]
        watch = self.watching.field(f"{type_.name}.{nodes[0].name.value}") if self.watching and waits else None
        direct = Direct.of(field_)
        arguments = arguments_of(field_, nodes[0], direct.names if direct else None)
        return Site(type_, key, field_, nodes, arguments, direct, watch)

    def _counted(self, collected: CollectedFields) -> list[tuple[str, FieldDetailsList]]:
        if collected.new_defer_usages:
            raise Uncompiled("@defer")
        fields = list(collected.grouped_field_set.items())
        self._fields += len(fields)
        if self._fields > MAX_FIELDS:
            raise Uncompiled("too many fields")
        return fields


@dataclass(frozen=True, slots=True)
class _Lane:
    """The lines that give a column and may wait more than once."""

    site: Site
    lines: list[str]


@dataclass(slots=True)
class _Level:
    """The parts of a shape's function."""

    reads: dict[str, str] = field(default_factory=dict)
    """Attributes by column, read in one go."""
    lines: list[str] = field(default_factory=list)
    asks: dict[str, str] = field(default_factory=dict)
    """What is asked for, and nothing is asked below it."""
    lanes: dict[str, _Lane] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    """What is done with the answers to `asks`."""
    columns: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether the function is a lane."""
        return bool(self.asks or self.lanes)

    def body(self, write: Callable[[Site, list[str]], str]) -> list[str]:
        """Put them together; `write` writes a lane as a function of its own, where several go side by side."""
        lines = ["if not rows: return []"]
        if len(self.reads) == 1:
            lines += [f"{column} = [row.{path} for row in rows]" for column, path in self.reads.items()]
        elif self.reads:
            attributes = "".join(f"row.{path}, " for path in self.reads.values())
            lines.append(f"{', '.join(self.reads)} = zip(*[({attributes}) for row in rows])")
        lines += [*self.lines, *self.asks.values()]
        if len(self.lanes) == 1:
            lines += [line for lane in self.lanes.values() for line in lane.lines]
        elif self.lanes:
            lanes = [f"{write(lane.site, [*lane.lines, f'return {column}'])}(rows, run)" for column, lane in self.lanes.items()]
            lines.append(f"{', '.join(self.lanes)} = yield from together({', '.join(lanes)})")
        if self.asks:
            # The lanes may have waited, and then everything is here.
            lines.append(f"if {' or '.join(f'{asked}.values is None' for asked in self.asks)}: yield")
        return [*lines, *self.late, f"return [{{{', '.join(self.items)}}} {self._loop()}]"]

    def _loop(self) -> str:
        if not self.columns:
            return "for _ in rows"
        if len(self.columns) == 1:
            return f"for {self.columns[0]}_ in {self.columns[0]}"
        return f"for {', '.join(f'{column}_' for column in self.columns)} in zip({', '.join(self.columns)})"


def _taken(how: ByKey | ByKeys | Call, site: Site) -> str:
    """Name what takes the answers; of a look-up in a place without nulls, one without a key would be a surprise."""
    return "everywhere" if isinstance(how, ByKey) and isinstance(site.field.type, GraphQLNonNull) else "taken"
