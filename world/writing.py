"""Writing rows in batches: what the demo world and the import share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from graph.driver import Graph
from world.progress import Progress

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that the server may work on one batch; a request of the product gives up much earlier."""
BATCH = 2_000
"""Rows of one transaction: large enough that the round trip does not count, small enough for a heap of 512 MB."""


def patient(graph: Graph) -> Graph:
    """Give the same graph with time for whole batches."""
    return replace(graph, options=replace(graph.options, read_timeout=PATIENCE, write_timeout=PATIENCE))


def batches(rows: Sequence[T], size: int = BATCH) -> Iterable[Sequence[T]]:
    """Cut rows into batches."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


@dataclass(slots=True)
class Ledger:
    """Writes batches one after another and tells how far the whole is.

    One at a time, because two that touch the same people wait for each other's locks and can end in a deadlock.
    """

    graph: Graph
    progress: Progress
    total: int
    done: int = 0

    async def write(self, statement: str, rows: Sequence[object], what: str, size: int = BATCH) -> None:
        """Write rows by a statement that takes them as `rows`."""
        for batch in batches(rows, size):
            await self.graph.write(statement, rows=batch)
            self.step(len(batch), what)

    def step(self, count: int, what: str) -> None:
        """Tell of work that is done."""
        self.done += count
        self.progress(self.done, self.total, what)
