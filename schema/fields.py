"""Fields that are declared as data: an attribute of the row, a global id, a lookup by its key, a function of it, a page.

Each function makes a Strawberry field of a declaration for `execution` and a resolver that gives graphql-core the same values.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from inspect import Signature, isawaitable, signature
from operator import attrgetter
from typing import Any, TypeVar, get_args, get_type_hints

import strawberry

from execution.declarations import COST, HOW, Attribute, ByKey, ByKeys, Call, Computed, Cost, MappedColumn
from feeds import pipeline
from feeds.pipeline import Feed
from keyspace.viewer_flags import ViewerFlag
from resolvers.context import Context
from resolvers.global_ids import encode, encode_many
from schema.pages import After, First

T = TypeVar("T")
Info = strawberry.Info[Context, None]


def attribute(description: str, name: str | None = None, *, cost: Cost | None = None) -> Any:
    """Declare a field that is an attribute of its row, by default of the same name."""
    if name is None:
        return strawberry.field(description=description, metadata={COST: cost})
    read = attrgetter(name)

    def resolve(root: Any) -> Any:
        return read(root)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Attribute(name), COST: cost})


def global_id(kind: str) -> Any:
    """Declare the field `id` of a node: the Relay id of its row."""

    def resolve(root: Any) -> strawberry.ID:
        return strawberry.ID(encode(kind, root.id))

    return strawberry.field(
        resolver=resolve,
        description="Global id: opaque, stable, and good for `node(id:)`.",
        metadata={HOW: MappedColumn("id", partial(encode_many, kind))},
    )


def by_key(loader: str, key: str, description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is one lookup by a key of its row."""
    how = ByKey(loader, key)

    def resolve(root: Any, info: Info) -> Any:
        value = getattr(root, key)
        return None if value is None else getattr(info.context.loaders, loader).load(value)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: how, COST: cost})


def counts_of(row: type) -> Callable[[type[T]], type[T]]:
    """Add to a type the fields of a row whose annotations carry their descriptions."""

    def declare(type_: type[T]) -> type[T]:
        for name, hint in get_type_hints(row, include_extras=True).items():
            number, description = get_args(hint)
            type_.__annotations__[name] = number
            setattr(type_, name, attribute(description))
        return type_

    return declare


def viewer_flag(flag: ViewerFlag, description: str) -> Any:
    """Declare a field that is a flag of the viewer on its row."""
    return by_key(flag.name, "id", description)


def by_keys(loader: str, keys: str, description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is a list of lookups by keys of its row."""
    how = ByKeys(loader, keys)

    async def resolve(root: Any, info: Info) -> Any:
        values: Sequence[str] = getattr(root, keys)
        rows = getattr(info.context.loaders, loader)
        # Each for itself, so that they are looked up together with those of the neighbours.
        await gather(*filter(isawaitable, map(rows.load, values)))
        return [row for row in await rows.many(values) if row is not None]

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: how, COST: cost})


def computed(function: Callable[[Any, Context], Any], description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is a function of its row."""

    def resolve(root: Any, info: Info) -> Any:
        return function(root, info.context)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Computed(function), COST: cost})


def page(feed: Callable[..., Feed[Any]], description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is a page of a feed of its row, with the arguments `first` and `after`.

    `feed` takes the reader and the row. What else it takes are arguments of the field, beside the two.
    """

    def resolve(root: Any, info: Info, first: First = 20, after: After = None, **arguments: Any) -> Awaitable[Any]:
        reader = info.context.reader
        return pipeline.page(reader, feed(reader, root, **arguments), first, after)

    paging = [*signature(resolve).parameters.values()][:4]
    more = [*signature(feed).parameters.values()][2:]
    resolve.__signature__ = Signature([*paging, *more])  # type: ignore[attr-defined] # what Strawberry reads
    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Call(), COST: cost})
