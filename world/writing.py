"""Writes rows in batches, for the demo world and the import."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from graph.driver import Graph
from world.progress import Progress

T = TypeVar("T")

BATCH_SECONDS = 60.0
"""Time limit of one batch in seconds; requests of the product have a much shorter one."""
BATCH = 2_000
"""Rows per transaction: enough to make the round trip negligible, and few enough for a heap of 512 MB."""


def with_long_timeouts(graph: Graph) -> Graph:
    """Return the same graph with time limits for whole batches."""
    return replace(graph, options=replace(graph.options, read_timeout=BATCH_SECONDS, write_timeout=BATCH_SECONDS))


def batches(rows: Sequence[T], size: int = BATCH) -> Iterable[Sequence[T]]:
    """Yield the rows in batches of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


@dataclass(slots=True)
class BatchWriter:
    """Writes batches one after another and reports the progress of all of them.

    Two batches at the same time could wait for each other's locks on the same people and end in a deadlock.
    """

    graph: Graph
    progress: Progress
    total: int
    done: int = 0

    async def write(self, statement: str, rows: Sequence[object], what: str, size: int = BATCH) -> None:
        """Write rows with a statement that takes them as `rows`; `what` names them in the progress."""
        for batch in batches(rows, size):
            await self.graph.write(statement, rows=batch)
            self.step(len(batch), what)

    def step(self, count: int, what: str) -> None:
        """Report that `count` more rows are done."""
        self.done += count
        self.progress(self.done, self.total, what)
