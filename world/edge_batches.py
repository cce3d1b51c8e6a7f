"""Reads a file of edges in batches, and records the lines that are skipped."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from world.edge_file import EdgeFile
from world.edges import Edge, edges
from world.errors import UnreadableFile

BATCH = 10_000
"""Edges per transaction: below 3,000 the round trips take much of the time, above 50,000 a heap of 512 MB gets full."""
LISTED = 20
"""Bad lines that are reported one by one; the others are only counted."""


@dataclass(slots=True)
class EdgeBatches:
    """A file that is being read. `good` counts edges, and `bad` lists the first skipped lines as (number, reason)."""

    source: EdgeFile
    good: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    bad_count: int = 0

    def batches(self) -> Iterator[list[Edge]]:
        """Yield the edges in batches.

        Raises:
            UnreadableFile: the file is damaged; every edge before that place was yielded.

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
