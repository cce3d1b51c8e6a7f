"""Clients that send without end, or never anything, keep no honest request waiting and no memory."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from tests.web.flooder import KINDS
from tests.web.test_serve import ROOT, free_port, program, ready

SECONDS = float(os.environ.get("ROOKERY_TEST_FLOOD_SECONDS", "6"))
"""How long the flood of a thousand lasts; a minute shows the same."""
IN_TIME = 20.0
"""Seconds within which every honest request must be answered: a browser's patience. Two cores carry the flood, its sender, the
server and whatever else runs; a server that keeps heads without an end does not answer at all."""
USUALLY = 3.0
"""Seconds for half of them."""
MEMORY = 96 * 1_048_576
"""Bytes that a process may keep of a flood. Its allocator holds up to 60 MB ready and takes no more for a second flood; 256 kB
kept for each of a thousand connections would be 256 MB."""


def resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return 1_024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


@dataclass(frozen=True, slots=True)
class Waits:
    """How long honest requests took, in seconds."""

    median: float
    slowest: float


async def waits_while_flooded(port: int, connections: int, seconds: float, *kinds: str) -> Waits:
    """Ask on a new connection each time, until the flood is over."""
    arguments = [str(port), str(connections), str(seconds), *kinds]
    flooding = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.web.flooder", *arguments, cwd=ROOT)
    waits: list[float] = []
    try:
        while flooding.returncode is None:
            begun = time.monotonic()
            async with httpx.AsyncClient(trust_env=False, timeout=IN_TIME) as http:
                answer = await http.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ hello }"})
            assert answer.json() == {"data": {"hello": "hello world"}}
            waits.append(time.monotonic() - begun)
    finally:
        if flooding.returncode is None:
            flooding.kill()
        await flooding.wait()
    assert flooding.returncode == 0
    return Waits(median(waits), max(waits))


@asynccontextmanager
async def serving(tmp_path: Path) -> AsyncIterator[tuple[int, int]]:
    """Serve in a process; give its port and its id."""
    port = free_port()
    with (tmp_path / "log").open("wb") as log:  # a pipe that nobody reads would fill
        async with program(tmp_path, port, stderr=log) as process:
            await ready(port)
            yield port, process.pid


async def memory_back(pid: int, before: int) -> int:
    """Wait until connections have ended; give the bytes that stay."""
    for _ in range(50):
        if resident(pid) - before < MEMORY:
            break
        await asyncio.sleep(0.2)
    return resident(pid) - before


async def test_six_connections_without_an_end_keep_nobody_waiting(tmp_path: Path) -> None:
    async with serving(tmp_path) as (port, pid):
        before = resident(pid)
        for kind in (kind for kind, (_, piece, dripping) in KINDS.items() if piece and not dripping):
            assert (await waits_while_flooded(port, 6, 1.5, kind)).median < USUALLY, kind
        assert await memory_back(pid, before) < MEMORY


async def test_a_thousand_connections_that_drip_or_flood_keep_nobody_waiting(tmp_path: Path) -> None:
    async with serving(tmp_path) as (port, pid):
        before = resident(pid)
        # Not by pipelines: their requests are honest ones, only many.
        waits = await waits_while_flooded(port, 1_000, SECONDS, *(kind for kind in KINDS if kind != "pipeline"))
        print(waits)  # noqa: T201 - shown with `-s`
        assert waits.median < USUALLY
        assert await memory_back(pid, before) < MEMORY
