"""Fields that are declared as data: an attribute of the row, a global id, a lookup by its key, a function of it, a page.

Each function makes a Strawberry field of a declaration for `execution` and a resolver that gives graphql-core the same values.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from inspect import Parameter, Signature, isawaitable, signature
from operator import attrgetter
from typing import Any, TypeAlias

import strawberry

from execution.declarations import COST, HOW, Attribute, ByKey, ByKeys, Call, Computed, Cost, MappedColumn
from feeds import pipeline
from feeds.pipeline import Feed
from keyspace.viewer_flags import ViewerFlag
from resolvers.context import Context
from resolvers.global_ids import encode, encode_many
from schema.pages import paging, window_of

Info = strawberry.Info[Context, None]
Reader: TypeAlias = Callable[[Any, Context], Any]
"""Reads a value from a row for an operation."""


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


def by_key(
    loader: str,
    key: str,
    description: str,
    *,
    shown: str | Reader | None = None,
    cost: Cost | None = None,
) -> Any:
    """Declare a field that is one lookup by a key of its row, or what is `shown` of what is found: an attribute, or a function.

    Fields that show something of the same make the lookup once.
    """
    if shown is None:
        how = ByKey(loader, key)
    else:
        how = ByKey(loader, key, Attribute(shown) if isinstance(shown, str) else Computed(shown))
    read = None if shown is None else _reader(shown)

    async def read_later(found: Awaitable[Any], context: Context, read: Reader) -> Any:
        return read(await found, context)

    def resolve(root: Any, info: Info) -> Any:
        found = _found(root, info, loader, key)
        if read is None:
            return found
        return read_later(found, info.context, read) if isawaitable(found) else read(found, info.context)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: how, COST: cost})


def _found(root: Any, info: Info, loader: str, key: str) -> Any:
    """Return what a lookup by a key of the row finds, perhaps as an awaitable; None without a key."""
    value = getattr(root, key)
    return None if value is None else getattr(info.context.loaders, loader).load(value)


def _reader(shown: str | Reader) -> Reader:
    """Return the function that gives what is shown of what was found, and None of nothing."""
    of = shown if callable(shown) else _attribute_of(shown)

    def read(found: Any, context: Context) -> Any:
        return None if found is None else of(found, context)

    return read


def _attribute_of(name: str) -> Reader:
    get = attrgetter(name)
    return lambda found, _: get(found)


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


def called(method: str, description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is what a method of its row returns, which may wait."""

    def resolve(root: Any) -> Any:
        return getattr(root, method)()

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Call(), COST: cost})


def resolved(function: Callable[..., Awaitable[Any]], description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that a function returns, of the context and its row; what else it takes are arguments of the field."""

    def resolve(root: Any, info: Info, **arguments: Any) -> Awaitable[Any]:
        return function(info.context, root, **arguments)

    _sign(resolve, function, ())
    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Call(), COST: cost})


def page(
    feed: Callable[..., Feed[Any]], description: str, *, backward: bool = False, cost: Cost | None = None
) -> Any:
    """Declare a field that is a page of a feed of its row, with the arguments `first` and `after`.

    `backward` adds `last` and `before`, for a feed that reads backward. `feed` takes the reader and the row. What else it takes
    are arguments of the field, beside those of the page.
    """

    def resolve(root: Any, info: Info, **arguments: Any) -> Awaitable[Any]:
        window = window_of(arguments)
        reader = info.context.reader
        return pipeline.page(reader, feed(reader, root, **arguments), window)

    _sign(resolve, feed, paging(backward=backward))
    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Call(), COST: cost})


def _sign(resolve: Callable[..., Any], function: Callable[..., Any], parameters: Sequence[Parameter]) -> None:
    """Give a resolver of a row and `info` some parameters, and those of a function behind its first two."""
    own = [*signature(resolve).parameters.values()][:2]
    more = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in [*signature(function).parameters.values()][2:]]
    resolve.__signature__ = Signature([*own, *parameters, *more])  # type: ignore[attr-defined] # what Strawberry reads
