"""Home timelines as they stand in Redis."""

from collections.abc import Sequence
from typing import NamedTuple

from keyspace import keys
from keyspace.page_scripts import HomeAbsent, PageScripts
from keyspace.row_cache import RowCache
from services.delivery.cached import CachedTimelines


class Listed(NamedTuple):
    """Ids of a timeline, newest first; `ended` says that nothing older exists."""

    ids: Sequence[str]
    ended: bool


async def listed(timelines: CachedTimelines, viewer: int, below: str, count: int) -> Listed | None:
    """Read a slice of the list of a viewer's key, as a page does without pulled authors; None where there is no list."""
    await timelines.keyspace.command("SADD", keys.PULLED, 0)
    found = await PageScripts(RowCache(timelines.keyspace, timelines.life), viewer).home(below, count, timelines.life)
    return None if isinstance(found, HomeAbsent) else Listed(found.ids, found.ended)
