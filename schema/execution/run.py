"""One run of a plan: what compiled code asks for, and how it is got."""

from collections.abc import Awaitable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLAbstractType, GraphQLField, GraphQLObjectType, GraphQLResolveInfo, default_type_resolver
from graphql.pyutils import Path

from schema.execution.arguments import Arguments
from schema.execution.columns import Column, check_plain
from schema.execution.kept import Kept
from schema.execution.resumed import ResumedExecutor
from schema.execution.surprise import Surprise
from schema.execution.watching import FieldWatch
from schema.execution.waves import Asked, KnowingLoader, LookUp, LookUpLists, all_of, answered


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A field at its place in a document."""

    parent_type: GraphQLObjectType
    key: str
    field: GraphQLField
    nodes: list[FieldNode]
    arguments: Arguments
    watch: FieldWatch | None = None
    """What a watched run tells of it, if it is looked up or called."""

    @property
    def node(self) -> FieldNode:
        """The node that names the field and its arguments."""
        return self.nodes[0]


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """The object types that a field of an abstract type may give."""

    type: GraphQLAbstractType
    names: frozenset[str]
    site: Site


class Run:
    """The state of one run: the operation's executor and context, what is asked for, and what resolvers gave."""

    __slots__ = ("_calls", "_look_ups", "context", "executor", "kept")

    def __init__(self, executor: ResumedExecutor, context: Any) -> None:
        """Begin with nothing asked for."""
        self.executor = executor
        self.context = context
        self.kept = Kept()
        self._look_ups: dict[KnowingLoader, list[tuple[LookUp, Site, Column]]] = {}
        self._calls: list[tuple[Asked, Site, Column, Mapping[str, Any]]] = []

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
        arguments = site.arguments(self.executor.variable_values)
        asked = Asked(None if rows else [])
        if rows:
            self._calls.append((asked, site, rows, arguments))
        return asked

    def type_names(self, kinds: Kinds, column: Column) -> list[str]:
        """Name the object type of each row, as graphql-core finds it."""
        check_plain(column)
        if not column:
            return []
        info, resolve = self._info(kinds.site), kinds.type.resolve_type or default_type_resolver
        names: list[Any] = [resolve(row, info, kinds.type) for row in column]
        if not kinds.names.issuperset(names):
            raise Surprise(kinds.type.name)
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
        info, resolve = self._info(site), site.field.resolve or self.executor.field_resolver
        values: list[Any] = [None] * len(rows)
        asked.values = values
        for at, row in enumerate(rows):
            try:
                value = resolve(row, info, **arguments)
            except Exception as error:  # noqa: BLE001 - as above
                asked.failed = True
                self.kept.error(site.node, row, error)
                continue
            if self.executor.is_awaitable(value):
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

    def _info(self, site: Site) -> GraphQLResolveInfo[Any]:
        path = Path(None, site.key, site.parent_type.name)
        return self.executor.build_resolve_info(site.field, site.nodes, site.parent_type, path)
