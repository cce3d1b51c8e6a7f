"""One run of a plan: what compiled code asks for, and how it is got."""

from collections.abc import Awaitable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from graphql import FieldNode, GraphQLAbstractType, GraphQLField, GraphQLObjectType, GraphQLResolveInfo, default_type_resolver
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable

from execution.arguments import Arguments
from execution.bailout import Surprise
from execution.batching import Asked, KnowingLoader, LookUp, LookUpLists, all_of, answered
from execution.calls import Direct, resolve_of
from execution.columns import Column, check_plain
from execution.fallback import ResumedExecutor
from execution.instrumentation import FieldWatch
from execution.partial_results import Kept
from schema.fields import RowsOf


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A field at its place in a document."""

    parent_type: GraphQLObjectType
    key: str
    field: GraphQLField
    nodes: list[FieldNode]
    arguments: Arguments
    direct: Direct | None = None
    """Its function, if that may be called as it is."""
    watch: FieldWatch | None = None
    """What a watched run tells of it, if it is looked up or called."""

    @property
    def node(self) -> FieldNode:
        """The node that names the field and its arguments."""
        return self.nodes[0]


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """The object types that a field of an abstract type may give."""

    abstract: GraphQLAbstractType
    names: frozenset[str]
    by_row: Mapping[type, str]
    """Names by the class of rows, where that alone decides."""
    site: Site

    @classmethod
    def of(cls, type_: GraphQLAbstractType, possible: Sequence[GraphQLObjectType], site: Site) -> Self:
        """Read which rows each type has."""
        rows = {each.is_type_of.kind: each.name for each in possible if isinstance(each.is_type_of, RowsOf)}
        return cls(type_, frozenset(each.name for each in possible), rows if len(rows) == len(possible) else {}, site)


class Resumable(Protocol):
    """An operation that graphql-core's executor can be made for."""

    def executor(self, values: VariableValues, context: Any, root: object) -> ResumedExecutor:
        """Make one."""


class Run:
    """The state of one run: the operation's variables and context, what is asked for, and what resolvers gave."""

    __slots__ = ("_calls", "_executor", "_look_ups", "_operation", "context", "kept", "root", "values")

    def __init__(self, operation: Resumable, values: VariableValues, context: Any, root: object = None) -> None:
        """Begin with nothing asked for. `root` is the event of a subscription."""
        self._operation = operation
        self.values = values
        self.context = context
        self.root = root
        self.kept = Kept()
        self._executor: ResumedExecutor | None = None
        self._look_ups: dict[KnowingLoader, list[tuple[LookUp, Site, Column]]] = {}
        self._calls: list[tuple[Asked, Site, Column, Mapping[str, Any]]] = []

    @property
    def executor(self) -> ResumedExecutor:
        """Give what goes on after a surprise; most runs never need it."""
        if self._executor is None:
            self._executor = self._operation.executor(self.values, self.context, self.root)
        return self._executor

    def look_up(self, loader: str, keys: Column, site: Site, rows: Column) -> LookUp:
        """Ask a loader for the answers to a column of keys, null for null."""
        return self._looked_up(LookUp, loader, keys, site, rows)

    def look_up_lists(self, loader: str, keys: Column, site: Site, rows: Column) -> LookUp:
        """Ask a loader for the answers to a column of lists of keys."""
        return self._looked_up(LookUpLists, loader, keys, site, rows)

    def _looked_up(self, kind: type[LookUp], loader: str, keys: Column, site: Site, rows: Column) -> LookUp:
        found: KnowingLoader = getattr(self.context.loaders, loader)
        asked = kind(found, keys)
        if asked.values is None:
            self._look_ups.setdefault(found, []).append((asked, site, rows))
        return asked

    def call(self, site: Site, rows: Column) -> Asked:
        """Ask the resolver of a field, for each row."""
        arguments = site.arguments(self.values)
        asked = Asked(None if rows else [])
        if rows:
            self._calls.append((asked, site, rows, arguments))
        return asked

    def type_names(self, kinds: Kinds, column: Column) -> list[str]:
        """Name the object type of each row, as graphql-core finds it."""
        check_plain(column)
        if not column:
            return []
        if kinds.by_row.keys() >= set(map(type, column)):
            return [kinds.by_row[type(row)] for row in column]
        info, resolve = self.info(kinds.site), kinds.abstract.resolve_type or default_type_resolver
        names: list[Any] = [resolve(row, info, kinds.abstract) for row in column]
        if not kinds.names.issuperset(names):
            raise Surprise(kinds.abstract.name)
        return names

    async def wave(self) -> None:
        """Get everything that was asked for, all at the same time."""
        look_ups, self._look_ups = self._look_ups, {}
        calls, self._calls = self._calls, []
        waits: list[Coroutine[Any, Any, None]] = [self._fetched(loader, asked) for loader, asked in look_ups.items()]
        for asked, site, rows, arguments in calls:
            waits += self._called(asked, site, rows, arguments)
        await all_of(waits)

    async def _fetched(self, loader: KnowingLoader, look_ups: Sequence[tuple[LookUp, Site, Column]]) -> None:
        asked = [each for each, _, _ in look_ups]
        try:
            await answered(loader, asked)
        except Exception as error:  # noqa: BLE001 - graphql-core is to tell it
            for each, site, rows in look_ups:
                each.failed = True
                for row in each.askers(rows):
                    self.kept.error(site.node, row, error, awaited=True)

    def _called(
        self, asked: Asked, site: Site, rows: Column, arguments: Mapping[str, Any]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        resolve = resolve_of(self, site)
        values: list[Any] = [None] * len(rows)
        asked.values = values
        for at, row in enumerate(rows):
            try:
                value = resolve(row, arguments)
            except Exception as error:  # noqa: BLE001 - as above
                asked.failed = True
                self.kept.error(site.node, row, error)
                continue
            if optimized_is_awaitable(value):
                yield self._awaited(asked, site, row, values, at, value)
            else:
                values[at] = value
                self.kept.value(site.node, row, value)

    async def _awaited(
        self, asked: Asked, site: Site, row: object, values: list[Any], at: int, value: Awaitable[Any]
    ) -> None:
        try:
            result = await value
        except Exception as error:  # noqa: BLE001 - as above
            asked.failed = True
            self.kept.error(site.node, row, error, awaited=True)
        except BaseException:
            asked.failed = True
            raise
        else:
            values[at] = result
            self.kept.value(site.node, row, result, awaited=True)

    def info(self, site: Site) -> GraphQLResolveInfo[Any]:
        """Give what graphql-core tells the resolver of a field, but for the rest of the path."""
        path = Path(None, site.key, site.parent_type.name)
        return self.executor.build_resolve_info(site.field, site.nodes, site.parent_type, path)
