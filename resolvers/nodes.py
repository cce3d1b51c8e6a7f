"""Things by global id."""

from collections.abc import Sequence
from typing import Any

from errors import InvalidInput
from graph.rows import PictureRow, UserRow
from resolvers.context import Context
from resolvers.global_ids import decode

NODES_MAX = 100
"""Most ids in one call of `nodes`."""


async def nodes(context: Context, global_ids: Sequence[str]) -> list[Any]:
    """Give things in the order of their ids, None for what does not exist or may not be seen."""
    if len(global_ids) > NODES_MAX:
        raise InvalidInput("ids", f"At most {NODES_MAX} ids at once.")
    wanted = [decode(global_id, "ids") for global_id in global_ids]
    found: dict[tuple[str, str], Any] = {}
    for kind, load in (("User", people), ("Post", posts), ("Picture", pictures)):
        ids = [id_ for of, id_ in wanted if of == kind]
        if ids:
            found |= {(kind, id_): row for id_, row in zip(ids, await load(context, ids), strict=True)}
    return [found[each] for each in wanted]


async def people(context: Context, ids: Sequence[str]) -> list[UserRow | None]:
    """Give people whose accounts are in use."""
    rows = await context.loaders.users.many(ids)
    return [row if row is not None and row.state == "ACTIVE" else None for row in rows]


async def posts(context: Context, ids: Sequence[str]) -> Sequence[Any]:
    """Give posts that the viewer may see."""
    return await context.loaders.hydrate(ids)


async def pictures(context: Context, ids: Sequence[str]) -> list[PictureRow | None]:
    """Give pictures that are ready, and the viewer's own in any state."""
    rows = await context.loaders.pictures.many(ids)
    viewer = context.viewer.id if context.viewer else None
    return [row if row is not None and (row.state == "READY" or row.owner_id == viewer) else None for row in rows]
