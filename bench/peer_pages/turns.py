"""Puts servers under load in turns, and measures the CPU of all processes that work for an answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from bench.cpu import seconds_of
from bench.load import Load, Request, take_slice

NEO4J, REDIS, WORKER = "Neo4j", "Redis", "the worker"
"""Processes that work for an answer beside the server."""
CONNECTIONS_BEFORE = 8
SECONDS_BEFORE = 4.0
"""Seconds of load before a server is measured, at most."""


@dataclass(slots=True)
class Rotation:
    """Requests that are sent over and over, each turn from where the last one ended: so a write comes before what undoes it."""

    requests: Sequence[Request]
    at: int = 0

    def rotated(self) -> list[Request]:
        """Return the requests, the next one first."""
        return [*self.requests[self.at :], *self.requests[: self.at]]

    def sent(self, number: int) -> None:
        """Continue after so many more."""
        self.at = (self.at + number) % len(self.requests)


@dataclass(slots=True)
class Measured:
    """The load of a server, and the CPU seconds of the other processes while it was under load."""

    load: Load = field(default_factory=Load)
    others: dict[str, float] = field(default_factory=dict)

    def core_ms(self, process: str) -> float:
        """Return the CPU time of another process for an answer, in milliseconds."""
        return self.others.get(process, 0.0) / len(self.load.times) * 1_000


@dataclass(frozen=True, slots=True)
class Turns:
    """How turns are taken: seconds of each, how many count, what else is watched, and how to wait until nothing is left to do."""

    seconds: float
    rounds: int
    answers_before: int
    """Answers of each server before it is measured, because JIT compilers count calls; those that are slow give fewer."""
    processes: Mapping[str, Path | None]
    settle: Callable[[], Awaitable[None]]
    redis_url: str

    async def warm_up(self, ports: Mapping[str, int], asked: Mapping[str, Rotation]) -> None:
        """Put each server under load until it has compiled what it will."""
        for name, port in ports.items():
            measured = Measured()
            while len(measured.load.times) < self.answers_before and measured.load.seconds < SECONDS_BEFORE:
                await self._turn(port, asked[name], CONNECTIONS_BEFORE, None, measured)

    async def warm(self, ports: Mapping[str, int], asked: Mapping[str, Rotation], connections: int) -> dict[str, Measured]:
        """Let each connection ask again as soon as it has its answer; the first turn of each server is not counted."""
        return await self._take(ports, asked, connections, None)

    async def cold(self, ports: Mapping[str, int], asked: Mapping[str, Rotation], connections: int) -> dict[str, Measured]:
        """Empty Redis, let each connection ask once, and so on."""
        return await self._take(ports, asked, connections, self.redis_url)

    async def _take(
        self, ports: Mapping[str, int], asked: Mapping[str, Rotation], connections: int, emptied: str | None
    ) -> dict[str, Measured]:
        measured = {name: Measured() for name in ports}
        order = list(ports)
        # One connection decides no goal.
        for number in range((self.rounds if connections > 1 else ceil(self.rounds / 2)) + 1):
            for name in order:
                await self._turn(ports[name], asked[name], connections, emptied, measured[name] if number else Measured())
            order.reverse()
        return measured

    async def _turn(self, port: int, asked: Rotation, connections: int, emptied: str | None, measured: Measured) -> None:
        before = {name: seconds_of(process) for name, process in self.processes.items()}
        taken = await take_slice(
            port, asked.rotated(), connections=connections, seconds=self.seconds, apart=True, emptied=emptied
        )
        await self.settle()
        asked.sent(len(taken.times))
        measured.load.add([taken])
        for name, process in self.processes.items():
            measured.others[name] = measured.others.get(name, 0.0) + seconds_of(process) - before[name]
