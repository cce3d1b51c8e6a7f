"""Two workers at a time, as processes, the announcing one of which tests kill."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from keyspace.keys import EVENTS
from parts import Parts
from tests.worlds.processes import RookeryProcess, start_worker
from tests.worlds.waiting import until

PATIENCE = 120.0
"""Seconds until one of two workers announces on a busy machine."""


@dataclass(slots=True)
class Workers:
    """Workers of the servers of a process, by the ids of their own."""

    parts: Parts
    folder: Path
    running: dict[int, RookeryProcess] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def start(self) -> None:
        """Start one more."""
        worker = await start_worker(self.parts.settings, self.folder / f"worker-{next(self._numbers)}.log")
        self.running[worker.process.pid] = worker

    async def kill_the_announcer(self) -> None:
        """Wait until one of them announces, and kill it."""
        await until(self._announces, PATIENCE)
        await self.running.pop(await self._last_reader()).kill()

    async def _announces(self) -> bool:
        return await self._last_reader() in self.running

    async def _last_reader(self) -> int:
        """Return the id of the process that read for the group last: only the one that holds the lease reads."""
        found = await self.parts.keyspace.command("XINFO", "CONSUMERS", EVENTS, "live")
        consumers = [dict(zip(each[::2], each[1::2], strict=True)) for each in found]
        last = min(consumers, key=lambda each: each[b"idle"])
        return int(last[b"name"].split(b"-")[-2])


@asynccontextmanager
async def two_workers(parts: Parts, folder: Path) -> AsyncIterator[Workers]:
    """Start two workers; those that run at the end of the block are killed."""
    workers = Workers(parts, folder)
    try:
        await asyncio.gather(workers.start(), workers.start())
        yield workers
    finally:
        await asyncio.gather(*(worker.kill() for worker in workers.running.values()))
