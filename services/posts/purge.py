"""The purge: deletes for good what was deleted long ago, a little at a time, so that nobody who writes waits for it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from clock import in_milliseconds, now_ms
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.media_events import MediaDeleted
from services.events.post_events import PostPurged

BATCH = 20
"""Posts of one transaction: each has some versions and pictures."""
EDGES = 200
"""Edges of one transaction: it locks the people at their other ends for some milliseconds."""
BATCHES = 500
"""Most transactions of one run, some seconds to minutes; the next run goes on."""


@dataclass(frozen=True, slots=True)
class Purge:
    """Runs every few minutes, in any number of workers at once. A run that is killed leaves posts that the next one finds."""

    writer: CommandWriter
    after: timedelta

    async def run(self, at: int | None = None) -> int:
        """Purge posts that were deleted longer ago than `after`, and return how many.

        First their edges go, in as many transactions as it takes, then they with all that is theirs alone. `at` is the present
        time in milliseconds since 1970 UTC, by default the clock's.

        Raises:
            Unavailable: the graph is away; the next run does the rest.

        """
        at = at or now_ms()
        before, left, purged = at - in_milliseconds(self.after), BATCHES, 0
        while left > 0 and (ids := await self.writer.graph.read("purge/due", before=before, most=BATCH)):
            for id_ in ids:
                left -= await self._loosen(id_, left)
            if left <= 0:
                break
            left -= 1
            purged += len((await self.writer.write("purge/posts", events=_events, ids=ids, at=at))[0])
        return purged

    async def _loosen(self, post: str, most: int) -> int:
        """Remove the edges of a post, in so many transactions at most, and return in how many it was."""
        for done in range(1, most + 1):
            if (await self.writer.write("purge/loosen", post=post, most=EDGES) or 0) < EDGES:
                return done
        return most


def _events(row: Any) -> list[Event]:
    posts, pictures = row
    return [
        *(PostPurged(post_id=id_, author_id=author, author_key=key) for id_, author, key in posts),
        *(MediaDeleted(media_id=id_, owner_id=owner) for id_, owner in pictures),
    ]
