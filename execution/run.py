"""One run of a plan: what compiled code asks for, and how it is got."""

from collections.abc import Awaitable, Coroutine, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Protocol

from graphql import GraphQLResolveInfo, default_type_resolver
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable

from execution.bailout import Bailout, BailoutCause
from execution.batching import BatchLoader, Lookup, LookupLists, PendingColumn, answer_lookups, wait_for_all
from execution.calls import resolver_of
from execution.columns import check_plain
from execution.declarations import Column
from execution.fallback import FallbackExecutor
from execution.origin import is_raised_by_library
from execution.partial_results import PartialResults
from execution.site import PossibleTypes, Site


class PreparedOperation(Protocol):
    """An operation that graphql-core can execute."""

    def executor(self, variables: VariableValues, context: Any, root: object) -> FallbackExecutor:
        """Make graphql-core's executor."""


class Run:
    """The state of one run: the operation's variables and context, what is asked for, and what resolvers gave."""

    __slots__ = ("_calls", "_executor", "_lookups", "_operation", "context", "partial_results", "root", "variables")

    def __init__(self, operation: PreparedOperation, variables: VariableValues, context: Any, root: object = None) -> None:
        """Begin with nothing asked for. `root` is the event of a subscription."""
        self._operation = operation
        self.variables = variables
        self.context = context
        self.root = root
        self.partial_results = PartialResults()
        self._executor: FallbackExecutor | None = None
        self._lookups: dict[BatchLoader, list[tuple[Lookup, Sequence[Site], Column]]] = {}
        self._calls: list[tuple[PendingColumn, Site, Column, Mapping[str, Any]]] = []

    @property
    def executor(self) -> FallbackExecutor:
        """What goes on after a bailout, made when it is needed: most runs never do."""
        if self._executor is None:
            self._executor = self._operation.executor(self.variables, self.context, self.root)
        return self._executor

    def look_up(self, loader: str, keys: Column, sites: Sequence[Site], rows: Column) -> Lookup:
        """Ask a loader for the answers to a column of keys, null for null; `sites` are the fields that share them."""
        return self._add_lookup(Lookup, loader, keys, sites, rows)

    def look_up_lists(self, loader: str, keys: Column, sites: Sequence[Site], rows: Column) -> Lookup:
        """Ask a loader for the answers to a column of lists of keys."""
        return self._add_lookup(LookupLists, loader, keys, sites, rows)

    def _add_lookup(
        self, kind: type[Lookup], loader_name: str, keys: Column, sites: Sequence[Site], rows: Column
    ) -> Lookup:
        loader: BatchLoader = getattr(self.context.loaders, loader_name)
        pending = kind(loader, keys)
        if pending.results is None:
            self._lookups.setdefault(loader, []).append((pending, sites, rows))
        return pending

    def call(self, site: Site, rows: Column) -> PendingColumn:
        """Ask the resolver of a field, for each row."""
        arguments = site.arguments(self.variables)
        pending = PendingColumn(None if rows else [])
        if rows:
            self._calls.append((pending, site, rows, arguments))
        return pending

    def type_names(self, types: PossibleTypes, column: Column) -> list[str]:
        """Return the name of each row's object type, as graphql-core finds it."""
        check_plain(column)
        if not column:
            return []
        if types.by_row.keys() >= set(map(type, column)):
            return [types.by_row[type(row)] for row in column]
        info, resolve = self.info(types.site), types.abstract.resolve_type or default_type_resolver
        names: list[Any] = [resolve(row, info, types.abstract) for row in column]
        if not types.names.issuperset(names):
            raise Bailout(BailoutCause.WRONG_ROW)
        return names

    async def batch_step(self) -> None:
        """Get everything that was asked for, all at the same time."""
        lookups, self._lookups = self._lookups, {}
        calls, self._calls = self._calls, []
        waits: list[Coroutine[Any, Any, None]] = [self._fetch(loader, asked) for loader, asked in lookups.items()]
        for pending, site, rows, arguments in calls:
            waits += self._start_calls(pending, site, rows, arguments)
        await wait_for_all(waits)

    async def _fetch(self, loader: BatchLoader, lookups: Sequence[tuple[Lookup, Sequence[Site], Column]]) -> None:
        try:
            await answer_lookups(loader, [pending for pending, _, _ in lookups])
        except Exception as error:  # noqa: BLE001 - graphql-core is to report it
            for pending, sites, rows in lookups:
                if is_raised_by_library(error):
                    pending.defect = error
                    continue
                pending.failed = True
                for site, row in product(sites, pending.parents_with_keys(rows)):
                    self.partial_results.add_error(site.node, row, error, awaited=True)

    def _start_calls(
        self, pending: PendingColumn, site: Site, rows: Column, arguments: Mapping[str, Any]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """Call the resolver for each row, and yield what has to be awaited."""
        resolve = resolver_of(self, site)
        values: list[Any] = [None] * len(rows)
        pending.results = values
        for at, row in enumerate(rows):
            try:
                value = resolve(row, arguments)
            except Exception as error:  # noqa: BLE001 - as above
                if is_raised_by_library(error):  # the resolver was never entered
                    pending.defect = error
                    continue
                pending.failed = True
                self.partial_results.add_error(site.node, row, error)
                continue
            if optimized_is_awaitable(value):
                yield self._await_value(pending, site, row, values, at, value)
            else:
                values[at] = value
                self.partial_results.add_value(site.node, row, value)

    async def _await_value(
        self, pending: PendingColumn, site: Site, row: object, values: list[Any], at: int, value: Awaitable[Any]
    ) -> None:
        try:
            result = await value
        except Exception as error:  # noqa: BLE001 - as above
            pending.failed = True
            self.partial_results.add_error(site.node, row, error, awaited=True)
        except BaseException:
            pending.failed = True
            raise
        else:
            values[at] = result
            self.partial_results.add_value(site.node, row, result, awaited=True)

    def info(self, site: Site) -> GraphQLResolveInfo[Any]:
        """Return what graphql-core gives the resolver of a field as `info`, but for the rest of the path."""
        path = Path(None, site.key, site.parent_type.name)
        return self.executor.build_resolve_info(site.field, site.nodes, site.parent_type, path)
