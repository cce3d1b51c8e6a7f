"""Views of posts: counted in Redis as they come, and added to the posts in the graph once in a while, for all of them together.

A batch has a number, and is added by the one transaction that notes this number: a worker that dies at any moment loses none and
adds none twice. An emptied Redis loses what was not added yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from clock import in_milliseconds
from graph.rows.posts import PostRow
from keyspace.row_cache import POST_COUNTS, RowCache
from keyspace.views import Batch, ViewStore
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter

BATCH = 200
"""Posts of one transaction, and of one step in Redis, which it keeps for a millisecond."""
BATCHES = 250
"""Batches of one run at most: as many posts as may wait."""
MERGED = 50
"""Posts whose sketches are merged at once: each is 12 kB at most."""
DIGITS = 3
"""Leading digits of a count in which readers may see a change at once; the rest they see when the row is read anew."""


@dataclass(frozen=True, slots=True)
class Views:
    """The views of all posts. `again_after` is the time within which a person counts once on a post."""

    writer: CommandWriter
    cache: RowCache
    store: ViewStore
    again_after: timedelta

    async def record(self, viewer: Viewer, posts: Sequence[PostRow]) -> None:
        """Count that a viewer has viewed posts, which they may see. Their own do not count. Again is as good as once.

        Raises:
            Unavailable: Redis does not answer: they were counted or not.

        """
        if others := [post.id for post in posts if post.author_id != viewer.id]:
            await self.store.record(viewer.id, viewer.key, others, in_milliseconds(self.again_after))

    async def write(self) -> int:
        """Add to the graph what was counted since the last time, and return to how many posts that was.

        Raises:
            Unavailable: Redis or the graph is away; the next run goes on with the same batch.

        """
        written = 0
        for _ in range(BATCHES):
            last = await self.writer.graph.from_leader().read("views/last_batch") or 0
            batch = await self.store.take(last + 1, BATCH)
            if batch is None:
                break
            await self._add(batch)
            await self.store.done(batch)
            written += len(batch.views)
        return written

    async def _add(self, batch: Batch) -> None:
        """Add a batch to the graph, and remove the cached counts in which that is to be seen."""
        ids = sorted(batch.views)  # in their order, so that two batches lock posts in the same one
        rows = [row for at in range(0, len(ids), MERGED) for row in await self._rows(batch.views, ids[at : at + MERGED])]
        added = await self.writer.write("views/write", batch=batch.number, rows=rows)
        # It was added before, perhaps by a worker that ended before it removed anything.
        changed = [id_ for id_, *counts in added if _is_seen(*counts)] if added else ids
        await self.cache.invalidate([(POST_COUNTS, id_) for id_ in changed])

    async def _rows(self, views: Mapping[str, int], ids: Sequence[str]) -> list[list[object]]:
        """Return what is written of posts: id, views since the last time, people in all, and the sketch of who they are."""
        before = dict(await self.writer.graph.from_leader().read("views/sketches", ids=ids))
        merged = await self.store.merge({id_: bytes(before.get(id_, b"")) for id_ in ids})
        return [[id_, views[id_], *merged[id_]] for id_ in ids]


def _is_seen(views: int, views_now: int, people: int, people_now: int) -> bool:
    """Return whether a change shows in the leading digits of one of the counts."""
    return _leading(views) != _leading(views_now) or _leading(people) != _leading(people_now)


def _leading(count: int) -> int:
    """Return a count with its leading digits alone."""
    unit: int = 10 ** max(0, len(str(count)) - DIGITS)
    return count // unit * unit
