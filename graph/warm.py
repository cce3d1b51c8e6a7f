"""Planning ahead: every statement of requests and workers is planned before they need it, and again when the server was lost."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog
from neo4j.exceptions import Neo4jError

from errors import Unavailable
from graph.driver import Graph

AT_ONCE = 2
"""Statements that are planned at a time: planning takes a whole core of the server."""
COMMANDS = ("world/", "migrations_log/", "analytics_export/")
"""Beginnings of the names of statements that only commands run."""
PAUSE = 0.5
"""Seconds before a server that is away is asked again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Warmth:
    """Keeps the statements of a graph planned."""

    graph: Graph
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    async def check(self) -> None:
        """Pass once every statement was planned.

        Raises:
            Unavailable: not yet.

        """
        if not self._done.is_set():
            raise Unavailable

    async def run(self) -> None:
        """Plan everything, and again whenever the server was lost, until cancelled."""
        dropped = self.graph.plans.dropped
        while True:
            dropped.clear()
            try:
                await self._plan_all()
            except Unavailable:
                await asyncio.sleep(PAUSE)
                continue
            self._done.set()
            await dropped.wait()

    async def _plan_all(self) -> None:
        wanted = [name for name in self.graph.catalogue if not name.startswith(COMMANDS)]
        # Several processes that start at once each find planned what another has planned already.
        random.shuffle(wanted)
        rest = iter(wanted)
        results = await asyncio.gather(*(self._plan(rest) for _ in range(AT_ONCE)), return_exceptions=True)
        for error in results:
            if error is not None:
                raise error

    async def _plan(self, names: Iterator[str]) -> None:
        for name in names:
            try:
                await self.graph.plan(name)
            except Neo4jError:
                # Such as one that asks for an index which a migration has yet to make. Requests will say more.
                log.warning("statement_not_planned", statement=name)
