"""Where people are in their feeds: kept in Redis as they read, and written to the graph a minute later, for all of them together.

The graph has what was written, so an emptied Redis loses the moves of a minute.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import orjson

from clock import milliseconds, now_ms
from errors import Unavailable
from graph.rows.reading import ReadingFeed, ReadingPosition
from keyspace.reading import Move, ReadingStore, Stored
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter

BATCH = 500
"""Positions of one transaction: it takes some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where somebody is after a move, and whether it is there that they were to be."""

    position: ReadingPosition
    moved: bool


@dataclass(frozen=True, slots=True)
class ReadingPositions:
    """The positions of everybody. `writer` writes, and reads what Redis does not know."""

    writer: CommandWriter
    store: ReadingStore

    async def of(self, viewer: Viewer, feed: ReadingFeed) -> ReadingPosition | None:
        """Return where a viewer is in a feed, None where they never said. While Redis is away, that may be of a minute ago.

        Raises:
            Unavailable: the graph cannot be reached and is needed.

        """
        stored = None
        with suppress(Unavailable):
            stored = await self.store.one(viewer.key, feed)
        if stored is None:
            stored = await self._in_graph(viewer, feed)
        return None if stored is None else _position(feed, stored)

    async def save(
        self,
        viewer: Viewer,
        feed: ReadingFeed,
        place: tuple[int | str, ...],
        read_at: datetime | None,
        known: datetime | None,
        *,
        anyway: bool,
    ) -> Moved:
        """Move a viewer's position to where they were at a moment, by default now.

        The later moment wins: a device that says late where it was moves nothing. Nor does one that `known` shows not to have
        seen the last move, unless it is to move `anyway`. To do it again is as good as once.

        Raises:
            Unavailable: Redis, or the graph where it is needed, cannot be reached; nothing has moved.

        """
        now = now_ms()
        at = now if read_at is None else max(0, min(now, milliseconds(read_at)))
        to = Stored(at, orjson.dumps(place).decode())
        move = Move(viewer.key, feed, to, None if known is None else milliseconds(known), anyway)
        moved, stored = await self.store.move(move) or await self._move_from_graph(viewer, move)
        return Moved(_position(feed, stored), moved)

    async def write(self) -> int:
        """Write to the graph what has moved since the last time, and return how many positions that were.

        Raises:
            Unavailable: Redis or the graph is away; the next run writes what is left.

        """
        written, more = 0, True
        while more:
            found = await self.store.unwritten(BATCH)
            more = len(found) == BATCH
            rows = [[each.viewer, each.feed, *each.position] for each in found if each.position is not None]
            if rows:
                written += await self.writer.write("reading/write_positions", rows=rows)
            if found:
                await self.store.written(found)
        return written

    async def _move_from_graph(self, viewer: Viewer, move: Move) -> tuple[bool, Stored]:
        """Move a position of which Redis knows nothing: from where the graph has it, unless another device was quicker."""
        return await self.store.move_from(move, await self._in_graph(viewer, move.feed))

    async def _in_graph(self, viewer: Viewer, feed: str) -> Stored | None:
        row = await self.writer.of_viewer(viewer.id).graph.read("reading/position", owner=viewer.id, feed=feed)
        return None if row is None else Stored(*row)


def _position(feed: ReadingFeed, stored: Stored) -> ReadingPosition:
    return ReadingPosition(feed, tuple(orjson.loads(stored.place)), stored.at)

