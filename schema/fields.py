"""Fields declared as data: an attribute of the row, a global id, a look-up by a key of the row, a function of it, a page.

The declaration stands in the field's metadata under `HOW`, so that an executor may batch a whole level or compile it; the
resolver made from it serves graphql-core.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from operator import attrgetter
from typing import Any

import strawberry

from keyspace.viewer_flags import ViewerFlag
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.pages import FIRST_MAX
from schema.pages import After, First

HOW = "how"
"""Key of the declaration in a field's metadata."""

COST = "cost"
"""The key in a field's metadata of what it costs, where that is not what its kind costs."""

Info = strawberry.Info[Context, None]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value is an attribute of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The value is the Relay id of the row."""

    kind: str


@dataclass(frozen=True, slots=True)
class ByKey:
    """The value is one look-up: the loader of this name, by an attribute of the row; no key, no value."""

    loader: str
    key: str


@dataclass(frozen=True, slots=True)
class ByKeys:
    """The value is a list of look-ups, by an attribute that holds several keys; what is not found is left out."""

    loader: str
    keys: str


@dataclass(frozen=True, slots=True)
class Computed:
    """The value is a function of the row and the context, which neither waits nor changes anything."""

    function: Callable[[Any, Context], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """The value is what the field's resolver gives, called for all rows of a level at the same time.

    The resolver may use its row, its arguments and `info.context`, and nothing else of `info`: the path is not known.
    """


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Which rows are of a type: those of this class. Stands in the type as `is_type_of`."""

    kind: type

    def __call__(self, row: object, _info: object) -> bool:
        """Tell whether a row is of the type."""
        return isinstance(row, self.kind)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a field costs before it runs; see `docs/decisions/pricing.md`. What is None is as its kind has it."""

    weight: int | None = None
    """Look-ups by a key that one parent's field is worth, whatever it gives."""
    rows: int | None = None
    """Most items of a list."""
    per: str = "first"
    """The argument that says how many rows are read: a number, or a list with one for each. Fields without it read one."""
    most: int = FIRST_MAX
    """Most that the resolver lets that argument ask for."""


def attribute(description: str, name: str | None = None, *, cost: Cost | None = None) -> Any:
    """Declare a field that is an attribute of its row, by default of the same name."""
    if name is None:
        return strawberry.field(description=description, metadata={COST: cost})
    read = attrgetter(name)

    def resolve(root: Any) -> Any:
        return read(root)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Attribute(name), COST: cost})


def global_id(kind: str) -> Any:
    """Declare the field `id` of a node."""

    def resolve(root: Any) -> strawberry.ID:
        return strawberry.ID(encode(kind, root.id))

    return strawberry.field(
        resolver=resolve,
        description="Global id: opaque, stable, and good for `node(id:)`.",
        metadata={HOW: GlobalId(kind)},
    )


def by_key(loader: str, key: str, description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is one look-up by a key of its row."""
    how = ByKey(loader, key)

    def resolve(root: Any, info: Info) -> Any:
        value = getattr(root, key)
        return None if value is None else getattr(info.context.loaders, loader).load(value)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: how, COST: cost})


def viewer_flag(flag: ViewerFlag, description: str) -> Any:
    """Declare a field that is a flag of the viewer on its row."""
    return by_key(flag.name, "id", description)


def by_keys(loader: str, keys: str, description: str, *, cost: Cost | None = None) -> Any:
    """Declare a field that is a list of look-ups by keys of its row."""
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


def page(
    read: Callable[[Context, Any, int, str | None], Awaitable[Any]], description: str, *, cost: Cost | None = None
) -> Any:
    """Declare a field that is a page of what belongs to its row."""

    async def resolve(root: Any, info: Info, first: First = 20, after: After = None) -> Any:
        return await read(info.context, root, first, after)

    return strawberry.field(resolver=resolve, description=description, metadata={HOW: Call(), COST: cost})
