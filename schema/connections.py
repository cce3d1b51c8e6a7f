"""Relay connections and edges, made for each type of items."""

from collections.abc import Callable
from types import GenericAlias, MappingProxyType
from typing import Any, TypeVar, get_args

from execution.costs import LOOK_UP
from execution.declarations import Cost
from graph.rows.list_totals import COUNTED_MAX
from schema.fields import attribute, called
from schema.object_types import Fields, object_type
from schema.pages import PageInfo

T = TypeVar("T")


def edge_of(connection: type) -> Any:
    """Return the type of the edges of a connection."""
    (edge,) = get_args(connection.__annotations__["edges"])
    return edge


def connection_of(
    node: type, item: str, items: str, edge_fields: Fields = MappingProxyType({})
) -> Callable[[type[T]], type[T]]:
    """Make a class named `…Connection` Relay's connection of a type, with its `…Edge`.

    Args:
        node: The type of the items.
        item: What an item is, with its article: "a muted topic", which is called "the topic" where it is clear.
        items: What a page is of: "people".
        edge_fields: What an edge shows beside its item.

    """

    def declare(cls: type[T]) -> type[T]:
        name, module = cls.__name__, cls.__module__
        fields_of_edge: Fields = {
            "cursor": (str, attribute("Where this item stands; pass it as `after` to begin behind it.")),
            "node": (node, attribute(f"The {item.rsplit(maxsplit=1)[-1]}.")),
            **edge_fields,
        }
        edge = object_type(
            f"{name.removesuffix('Connection')}Edge", module, f"{item[0].upper()}{item[1:]} on a page.", fields_of_edge
        )
        fields: Fields = {
            "edges": (GenericAlias(list, edge), attribute("The items of the page, in order.")),
            "page_info": (PageInfo, attribute("Where the page stands.")),
            "total_count": (
                int | None,
                called(
                    "total",
                    "How many items the list has: of the list of a person or a post what their count says, of the viewer's own "
                    "as many people as it shows, and of `bookmarks` and `likedPosts` also posts that are gone or hidden. Null "
                    "where nobody counts them, where the viewer may not know, and of more than "
                    f"{COUNTED_MAX:,} people on a list of their own.",
                    cost=Cost(weight=LOOK_UP),
                ),
            ),
        }
        return object_type(name, module, f"A page of {items}.", fields)

    return declare
