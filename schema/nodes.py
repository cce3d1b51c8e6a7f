"""Relay's Node: everything that has a global id, and how it is found again."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

import resolvers.nodes
from execution.declarations import Cost
from resolvers.context import Context
from resolvers.nodes import NODES_MAX
from schema.operations import public_query

GLOBAL_ID = "A global id, from any field `id`."
"""What clients read of an argument `id`."""


@strawberry.interface(description="Anything with a global id.")
class Node:
    """Interface of what has a global id; see `schema.fields.global_id`."""

    id: strawberry.ID = strawberry.field(description="Global id: opaque, stable, and good for `node(id:)`.")


@public_query(Node)
async def node(context: Context, id: Annotated[strawberry.ID, GLOBAL_ID]) -> Any:
    """A thing by its global id; null if it does not exist or the viewer may not see it, and for a text that is no id."""
    return await resolvers.nodes.node(context, id)


@public_query(list[Node | None], cost=Cost(per=("ids",), most=NODES_MAX))
async def nodes(
    context: Context,
    ids: Annotated[list[strawberry.ID], f"Global ids, at most {NODES_MAX}."],
) -> Sequence[Any]:
    """Things by their global ids, in the same order; null for each that is not there, also for a text that is no id."""
    return await resolvers.nodes.nodes(context, ids)
