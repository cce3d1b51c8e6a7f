"""Payloads of mutations: the GraphQL type, made from what is declared for each field, and the row that a write answers with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypeAlias

import strawberry

from errors import NotFound, Unauthenticated
from execution.declarations import COST, Cost
from feeds.connection import Edge
from feeds.keysets import Place
from feeds.pipeline import Feed, edge_at
from feeds.reader import Reader
from resolvers.context import Context
from schema.object_types import object_type


@dataclass(frozen=True, slots=True)
class Value:
    """A field whose value the function of the mutation returns, under the field's name."""

    graphql_type: Any
    description: str
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A field that is looked up after the write, so that it shows what was written."""

    graphql_type: Any
    description: str
    loader: str
    argument: str | None
    """The argument that is the id; None for the viewer's."""
    missing: Callable[[], Exception] | None
    """Makes the error where there is no such row any more; None where the field is null then."""
    shown_by: str | None = None
    """A loader that answers in place of the first, of what that has fetched: so that all ids are fetched together."""
    of_returned: bool = False
    """Whether the id is what the function returned under the field's name, which may be None."""

    def id_of(self, context: Context, arguments: Mapping[str, Any], returned: object) -> str | None:
        """Return the id to look up."""
        if self.of_returned:
            return None if returned is None else str(returned)
        if self.argument is not None:
            return str(arguments[self.argument])
        assert context.viewer is not None  # `public_mutation` has no viewer to look up
        return context.viewer.id


@dataclass(frozen=True, slots=True)
class Added:
    """A field that is what the write added, as an edge of the page that shows it.

    The function returns its place under the field's name, None where nothing was added. The feed decides what is shown, as for a
    page: where it hides the item or the whole list, the edge is null.
    """

    graphql_type: Any
    description: str
    feed: Callable[..., Feed[Any]]
    """Takes the reader, and the row whose list it is, if it is not the viewer's own."""
    node: str
    """The field of the payload that is the item."""
    owner: str | None
    """The field of the payload whose list it is."""

    async def edge(self, reader: Reader, found: Mapping[str, Any], place: Place | None) -> Edge[Any] | None:
        """Return the edge; this reads nothing that the lookups of the payload have not read already."""
        if place is None:
            return None
        feed = self.feed(reader) if self.owner is None else self.feed(reader, found[self.owner])
        return await edge_at(reader, feed, place, found[self.node].id)


PayloadFields: TypeAlias = Mapping[str, Value | Lookup | Added]
Returned: TypeAlias = Mapping[str, object] | None
"""What the function of a mutation returns: the values of the payload; None where there are none but lookups."""


def returned(type_: Any, description: str, *, cost: Cost | None = None) -> Value:
    """Declare a field whose value is returned by the function: a row that the write gave is not read again."""
    return Value(type_, description, cost)


def lookup(
    type_: Any, loader: str, argument: str, missing: str, description: str, *, shown_by: str | None = None
) -> Lookup:
    """Declare a field that is a row by the id in an argument; where it is gone, the error says that of a `missing`."""
    return Lookup(type_, description, loader, argument, partial(NotFound, missing), shown_by)


def lookup_returned(type_: Any, loader: str, description: str) -> Lookup:
    """Declare a field that is a row by the id that the function returned under its name; null without an id or a row."""
    return Lookup(type_ | None, description, loader, None, None, of_returned=True)


def added(edge: Any, feed: Callable[..., Feed[Any]], node: str, description: str, *, owner: str | None = None) -> Added:
    """Declare a field that is a row of the payload (`node`) as an edge of a feed: of the viewer, or of the row `owner`."""
    return Added(edge | None, description, feed, node, owner)


def viewer_as(type_: Any, loader: str, description: str) -> Lookup:
    """Declare a field that is the viewer's own row."""
    return Lookup(type_, description, loader, None, Unauthenticated)


@dataclass(frozen=True, slots=True)
class Payload:
    """The payload of one mutation."""

    graphql_type: type
    lookups: Mapping[str, Mapping[str, Lookup]]
    """Fields that are looked up, by loader, so that each loader is asked once."""
    added: Mapping[str, Added]
    """Fields that are edges of what is looked up."""

    @classmethod
    def of(cls, name: str, module: str, description: str, given: PayloadFields) -> Self:
        """Make the type, in the module of its mutation."""
        fields = {field: (each.graphql_type, _declared(each)) for field, each in given.items()}
        lookups: dict[str, dict[str, Lookup]] = {}
        for field, each in given.items():
            if isinstance(each, Lookup):
                lookups.setdefault(each.loader, {})[field] = each
        edges = {field: each for field, each in given.items() if isinstance(each, Added)}
        return cls(object_type(name, module, description, fields), lookups, edges)

    async def row(self, context: Context, arguments: Mapping[str, Any], values: Returned) -> object:
        """Return the row of the payload.

        Raises:
            NotFound: what is looked up is not there, or the viewer may not see it.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        found: dict[str, Any] = dict(values or {})
        for loader, fields in self.lookups.items():
            ids = {field: each.id_of(context, arguments, found.get(field)) for field, each in fields.items()}
            wanted = [id_ for id_ in ids.values() if id_ is not None]
            rows = dict(zip(wanted, await _loader(context, loader).many(wanted), strict=True))
            for field, each in fields.items():
                id_ = ids[field]
                row = None if id_ is None else rows[id_]
                found[field] = row if each.shown_by is None else await _loader(context, each.shown_by).one(id_)
                if found[field] is None and each.missing is not None:
                    raise each.missing()
        for field, added_ in self.added.items():
            found[field] = await added_.edge(context.reader, found, found.get(field))
        return self.graphql_type(**found)


def _declared(each: Value | Lookup | Added) -> Any:
    metadata = {COST: each.cost} if isinstance(each, Value) else {}
    return strawberry.field(description=each.description, metadata=metadata)


def _loader(context: Context, name: str) -> Any:
    return getattr(context.loaders, name)
