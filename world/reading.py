"""A file of edges being read batch by batch, with an account of what was skipped."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from world.edges import Edge, edges
from world.errors import UnreadableFile
from world.opened import Opened

BATCH = 10_000
"""Edges of one transaction: at 3,000 the round trips begin to count, at 50,000 a heap of 512 MB begins to strain."""
LISTED = 20
"""Bad lines that are kept to be named; the others are counted."""


@dataclass(slots=True)
class Reading:
    """A file being read. `good` counts edges, `bad` lists the first skipped lines as (number, reason)."""

    source: Opened
    good: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    bad_count: int = 0

    def batches(self) -> Iterator[list[Edge]]:
        """Give the edges in batches.

        Raises:
            UnreadableFile: the file is damaged; every edge before that place has been given.

        """
        batch: list[Edge] = []
        try:
            for edge in edges(self.source, self._refuse):
                batch.append(edge)
                self.good += 1
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        except UnreadableFile:
            yield batch
            raise
        yield batch

    def _refuse(self, number: int, reason: str) -> None:
        self.bad_count += 1
        if len(self.bad) < LISTED:
            self.bad.append((number, reason))
