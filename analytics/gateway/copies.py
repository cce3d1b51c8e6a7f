"""Which graph is asked: the one of the settings, or the one that `rookery analytics up` serves now."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from analytics.graph_copy.address import Address
from errors import Unavailable
from graph.analysts import AnalystsGraph, Freshness

NO_COPY = "There is no graph for analysts right now: `rookery analytics up` serves it."


@dataclass(slots=True)
class _Users:
    """How many use something."""

    count: int = 0
    none: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begin without any."""
        self.none.set()

    def enter(self) -> None:
        """Count one more."""
        self.count += 1
        self.none.clear()

    def leave(self) -> None:
        """Count one less."""
        self.count -= 1
        if not self.count:
            self.none.set()


@dataclass(frozen=True, slots=True)
class ServedCopy:
    """A graph, where it is, how fresh it is, and what its server knows: nothing of it changes."""

    address: Address
    graph: AnalystsGraph
    freshness: Freshness
    functions: frozenset[str]
    """The functions that its server knows, in lower case."""
    users: _Users = field(default_factory=_Users, compare=False)

    async def close(self) -> None:
        """Let whoever uses it finish, then close its connections."""
        await self.users.none.wait()
        await self.graph.close()


@dataclass(slots=True)
class Copies:
    """The graph that is served. When another is, its connections are closed once what runs there is done."""

    fixed: Address | None
    folder: Path
    connections: int
    _now: ServedCopy | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closing: set["asyncio.Task[None]"] = field(default_factory=set)

    @asynccontextmanager
    async def use(self) -> AsyncIterator[ServedCopy]:
        """Use the graph that is served now, whose connections stay open within the block.

        Raises:
            Unavailable: none is, or it cannot be reached.

        """
        address = self.fixed or Address.read(self.folder)
        if address is None:
            raise Unavailable(NO_COPY)
        async with self._opening:
            if self._now is None or self._now.address != address:
                await self._open(address)
            assert self._now is not None
            copy = self._now
            copy.users.enter()
        try:
            yield copy
        finally:
            copy.users.leave()

    async def close(self) -> None:
        """Close every connection, once nobody uses it."""
        if self._now is not None:
            await self._now.close()
        await asyncio.gather(*self._closing)

    async def _open(self, address: Address) -> None:
        graph = AnalystsGraph.open(address.uri, address.user, address.password, self.connections)
        try:
            freshness, functions = await graph.freshness(), await graph.functions()
        except BaseException:
            await graph.close()
            raise
        before, self._now = self._now, ServedCopy(address, graph, freshness, functions)
        if before is not None:
            closing = asyncio.create_task(before.close(), name="graph that was replaced")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
