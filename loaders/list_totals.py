"""Lookups of how long the viewer's own lists are."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence

from clock import now_ms
from graph.driver import Graph
from graph.rows.list_totals import COUNTED_MAX, ListTotals
from loaders.loader import OptionalLoader


class ListTotalsByViewer(OptionalLoader[str, ListTotals]):
    """The lengths of a viewer's own lists by the viewer's id, all in one statement for an operation."""

    def __init__(self, graph: Graph) -> None:
        """Begin with nothing known."""
        super().__init__()
        self._graph = graph
        self._reading: dict[str, asyncio.Future[ListTotals | None]] = {}

    def load(self, key: str) -> ListTotals | Awaitable[ListTotals | None] | None:
        """Return the lengths. Lists are not read in step, so one who comes later waits for the lookup that is under way."""
        if key in self.known:
            return self.known[key]
        if key not in self._reading:
            self._reading[key] = asyncio.ensure_future(self.one(key))
        # Shielded, since a failing sibling field cancels what it awaits.
        return asyncio.shield(self._reading[key])

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, ListTotals]:
        """Count in the graph."""
        found: dict[str, ListTotals] = {}
        for key in keys:
            row = await self._graph.read("users/list_totals", viewer=key, now=now_ms(), most=COUNTED_MAX)
            if row is not None:
                found[key] = ListTotals(*row)
        return found
