"""Reading of stale months from the graph into the building folder, one after the other."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from analytics.export.building import Building
from analytics.export.frames import frame_of
from analytics.export.pages import Pages, Rows
from analytics.export.pseudonyms import Pseudonyms
from analytics.export.stale import OF_POSTS
from analytics.tables import TABLES

_SIZES = {table: at for at, table in enumerate(OF_POSTS[1:], start=1)}
"""Where `post_sizes` tells how many rows a post has in each table."""


_EDGES = {"likes": ("person", "post"), "reposts": ("person", "post"), "follows": ("follower", "followed")}
"""Tables that are read in the order of time while people change them, and by which columns a row is the same."""


def once(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows that were read page by page, each once, as it was read last: who likes again meanwhile is read twice."""
    key = _EDGES.get(table)
    return rows if key is None else rows.unique(key, keep="last", maintain_order=True)


@dataclass(slots=True)
class Reading:
    """Reads months, and finishes each in the building folder. `report` is told how many are done."""

    pages: Pages
    building: Building
    names: Pseudonyms
    report: Callable[[int, int, str], None]
    _sizes: tuple[str, Sequence[Any]] = field(default=("", ()), init=False)
    """The posts of the month that was read last, and how much hangs on each."""

    async def read(self, wanted: Collection[tuple[str, str]]) -> None:
        """Read tables and months.

        Raises:
            Unavailable: the graph does not answer. What was finished is kept.

        """
        order = list(TABLES)
        # Month by month, since four tables are read by the posts of the month.
        for done, (table, month) in enumerate(sorted(wanted, key=lambda each: (each[1], order.index(each[0])))):
            self.report(done, len(wanted), f"Reading {table} of {month}")
            frames = [frame_of(table, rows, self.names) async for rows in self._rows(table, month) if rows]
            read = pl.concat(frames) if frames else pl.DataFrame(schema=TABLES[table].schema)
            self.building.put(table, month, once(table, read))
        if wanted:
            self.report(len(wanted), len(wanted), "Read")

    async def _rows(self, table: str, month: str) -> AsyncIterator[Rows]:
        if table == "people":
            pages = self.pages.people(month)
        elif table == "follows":
            counts = [(row[1], row[5]) async for rows in self.pages.people(month) for row in rows]
            pages = self.pages.follows(counts)
        elif table == "posts":
            pages = self.pages.posts(month, text=self.building.source.with_text)
        else:
            sizes = await self._sizes_of(month)
            read = {"hashtags": self.pages.hashtags, "mentions": self.pages.mentions}
            read |= {"likes": self.pages.likes, "reposts": self.pages.reposts}
            pages = read[table]((row[0], row[_SIZES[table]]) for row in sizes)
        async for rows in pages:
            yield rows

    async def _sizes_of(self, month: str) -> Sequence[Any]:
        if self._sizes[0] != month:
            self._sizes = (month, [row async for rows in self.pages.post_sizes(month) for row in rows])
        return self._sizes[1]
