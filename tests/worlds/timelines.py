"""Home timelines as they stand in Redis."""

from collections.abc import Sequence
from typing import NamedTuple

from keyspace.page_scripts import PageScripts
from services.delivery.cached import CachedTimelines


class Listed(NamedTuple):
    """Ids of a timeline, newest first; `ended` says that nothing older exists."""

    ids: Sequence[str]
    ended: bool


async def listed(timelines: CachedTimelines, viewer: int, below: str, count: int) -> Listed | None:
    """Read a slice of the list of a viewer's key, as a page does; None where there is no list."""
    found = await PageScripts(timelines.keyspace, timelines.life, viewer).home(below, count, timelines.life)
    return None if found is None else Listed(found.ids, found.ended)
