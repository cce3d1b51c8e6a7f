"""A process of the product that makes its round trips one by one, when a test says so, and can be killed between any two."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, cast

import neo4j

from graph.bolt.reads import PipelinedReads
from graph.bolt.writes import PipelinedWrites
from keyspace.pipelined import Command, SharedConnection
from parts import Parts, open_parts
from services.settings import Settings
from tests.worlds.town import Town

PATIENCE = 60.0
"""Seconds that a round trip may take on a busy machine."""
SETTLING = 5
"""Turns of the event loop in which code that goes on after a round trip comes to its next one."""


class KilledError(Exception):
    """The process is dead: nothing that it still tries reaches a server."""


@dataclass(slots=True)
class Gate:
    """Where round trips wait. `allowed` is how many may pass."""

    allowed: int = 0
    is_dead: bool = False
    under_way: int = 0
    waiting: deque["asyncio.Future[None]"] = field(default_factory=deque)
    still: asyncio.Event = field(default_factory=asyncio.Event)

    async def enter(self) -> None:
        """Wait until a round trip may begin."""
        if self.is_dead:
            raise KilledError
        if not self.allowed:
            self.waiting.append(asyncio.get_running_loop().create_future())
            self._look()
            await self.waiting[-1]
            return
        self.allowed -= 1
        self.under_way += 1

    def leave(self) -> None:
        """Note that a round trip has ended."""
        self.under_way -= 1
        self._look()

    def open(self, steps: int) -> None:
        """Let so many round trips pass."""
        self.still.clear()
        self.allowed = steps
        while self.waiting and self.allowed:
            waiting = self.waiting.popleft()
            if not waiting.done():
                self.allowed -= 1
                self.under_way += 1
                waiting.set_result(None)

    def kill(self) -> None:
        """Let nothing pass any more."""
        self.is_dead = True
        while self.waiting:
            waiting = self.waiting.popleft()
            if not waiting.done():
                waiting.set_exception(KilledError())

    def _look(self) -> None:
        if self.waiting and not self.under_way:
            self.still.set()


@dataclass(frozen=True, slots=True)
class GatedRedis:
    """The shared connection of a process, behind its gate."""

    connection: SharedConnection
    gate: Gate

    async def ask_all(self, commands: Sequence[Command]) -> list[Any]:
        """Ask when the gate opens."""
        await self.gate.enter()
        try:
            return await self.connection.ask_all(commands)
        finally:
            self.gate.leave()

    async def close(self) -> None:
        """Close it."""
        await self.connection.close()


@dataclass(slots=True)
class GatedSession:
    """A session with the graph, which runs its statement when the gate opens; plans are made without waiting."""

    session: neo4j.AsyncSession
    gate: Gate
    _entered: bool = False

    async def __aenter__(self) -> Self:
        await self.session.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.session.__aexit__(kind, error, trace)
        finally:
            if self._entered:
                self.gate.leave()

    async def run(self, query: neo4j.Query, params: dict[str, Any]) -> neo4j.AsyncResult:
        """Run a statement."""
        if not query.text.startswith("EXPLAIN"):
            await self._enter()
        return await self.session.run(query, params)

    async def begin_transaction(self, **options: Any) -> neo4j.AsyncTransaction:
        """Begin to write."""
        await self._enter()
        return await self.session.begin_transaction(**options)

    async def last_bookmarks(self) -> neo4j.Bookmarks:
        """Return what the session has seen."""
        return await self.session.last_bookmarks()

    async def _enter(self) -> None:
        await self.gate.enter()
        self._entered = True


@dataclass(frozen=True, slots=True)
class GatedDriver:
    """The driver of a process, behind its gate."""

    driver: neo4j.AsyncDriver
    gate: Gate

    def session(self, **options: Any) -> GatedSession:
        """Return a session."""
        return GatedSession(self.driver.session(**options), self.gate)

    async def close(self) -> None:
        """Close every connection."""
        await self.driver.close()


@dataclass(frozen=True, slots=True)
class GatedReads:
    """The pipelined reads of a process, behind its gate."""

    reads: PipelinedReads
    gate: Gate

    @property
    def is_served(self) -> bool:
        """Whether reads go this way."""
        return self.reads.is_served

    async def ask(self, *asked: Any) -> Any:
        """Ask when the gate opens."""
        await self.gate.enter()
        try:
            return await self.reads.ask(*asked)
        finally:
            self.gate.leave()

    async def close(self) -> None:
        """Close every connection."""
        await self.reads.close()


@dataclass(frozen=True, slots=True)
class GatedWrites:
    """The pipelined writes of a process, behind its gate."""

    writes: PipelinedWrites
    gate: Gate

    @property
    def is_served(self) -> bool:
        """Whether writes go this way."""
        return self.writes.is_served

    async def run(self, *asked: Any) -> Any:
        """Write when the gate opens."""
        await self.gate.enter()
        try:
            return await self.writes.run(*asked)
        finally:
            self.gate.leave()

    async def close(self) -> None:
        """Close every connection."""
        await self.writes.close()


@dataclass(slots=True)
class SteppedProcess:
    """The process. It does one thing at a time: `doing`."""

    town: Town
    _gate: Gate
    _doing: "asyncio.Task[object] | None" = None

    @classmethod
    def open(cls, settings: Settings) -> "SteppedProcess":
        """Open a process."""
        parts, gate = open_parts(settings), Gate()
        for keyspace in (server.keyspace for server in parts.redis.servers):
            keyspace.shared = cast("SharedConnection", GatedRedis(keyspace.shared, gate))
        graph = parts.graph  # all parts share this instance
        object.__setattr__(graph, "driver", GatedDriver(graph.driver, gate))
        if graph.pipelined is not None:
            object.__setattr__(graph, "pipelined", GatedReads(graph.pipelined, gate))
        if graph.pipelined_writes is not None:
            object.__setattr__(graph, "pipelined_writes", GatedWrites(graph.pipelined_writes, gate))
        return cls(Town(parts), gate)

    @property
    def parts(self) -> Parts:
        """What it is made of."""
        return self.town.parts

    @property
    def is_idle(self) -> bool:
        """Whether it does nothing."""
        return self._doing is None

    def begin(self, doing: Coroutine[Any, Any, object]) -> None:
        """Begin something: up to its first round trip, once it goes on."""
        assert self._doing is None
        self._doing = asyncio.ensure_future(doing)
        self._doing.add_done_callback(lambda _: self._gate.still.set())

    async def go_on(self, steps: int) -> bool:
        """Make so many round trips, or as many as there are; return whether all is done.

        Raises:
            Exception: what it was doing failed.

        """
        assert self._doing is not None
        self._gate.open(steps)
        async with asyncio.timeout(PATIENCE):
            await self._gate.still.wait()
        for _ in range(SETTLING):
            await asyncio.sleep(0)
        if not self._doing.done():
            return False
        done, self._doing = self._doing, None
        await done
        return True

    async def kill(self) -> None:
        """Kill it, if it does something. Another process takes its place."""
        if self._doing is not None:
            self._gate.kill()
            self._doing.cancel()
            await asyncio.gather(self._doing, *self.parts.graph.running, return_exceptions=True)
        self._doing, self._gate.is_dead, self._gate.allowed, self._gate.under_way = None, False, 0, 0
