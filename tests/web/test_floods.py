"""Clients that send without end, or never anything, keep no honest request waiting and no memory."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.web.flooder import KINDS
from tests.web.test_serve import ROOT, free_port, program, ready

SECONDS = float(os.environ.get("ROOKERY_TEST_FLOOD_SECONDS", "6"))
"""How long the flood of a thousand lasts at least; a minute shows the same."""
PATIENCE = 20.0
"""Seconds that an honest client waits, as a browser would. Two cores carry the flood, its sender, the server and whatever else
runs; a server that keeps heads without an end does not answer at all."""
HONEST = 10
"""Honest requests, at least, while a flood goes on. It goes on until they are answered."""
FIRST = 2.0
"""Seconds of a first flood, after which the allocator holds ready most of what a flood needs, up to 140 MB."""
MEMORY = 192 * 1_048_576
"""Bytes that a process may keep of the floods after it: what the allocator may not have held ready before, and less than the
256 MB that 256 kB kept for each of a thousand connections would be."""


def resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return 1_024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


@asynccontextmanager
async def flooding(port: int, connections: int, *kinds: str) -> AsyncIterator[None]:
    """Flood from when all connections have been opened until the end."""
    arguments = ["-m", "tests.web.flooder", str(port), str(connections), *kinds]
    program = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert program.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert await program.stdout.readline() == b"flooding\n"
        yield
        assert program.returncode is None  # or the last answers may have come after the flood
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


async def ask(port: int) -> None:
    """Ask on a new connection, and be answered."""
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        answer = await http.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ hello }"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello world"}})


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
            async with flooding(port, 6, kind):
                for _ in range(HONEST):
                    await ask(port)
        assert await memory_back(pid, before) < MEMORY


async def test_a_thousand_connections_that_drip_or_flood_keep_nobody_waiting(tmp_path: Path) -> None:
    async with serving(tmp_path) as (port, pid):
        await endure(port, FIRST)
        before = resident(pid)
        await endure(port, SECONDS)
        assert await memory_back(pid, before) < MEMORY


async def endure(port: int, seconds: float) -> None:
    """Be answered throughout a flood of a thousand. Not by pipelines: their requests are honest ones, only many."""
    until, answered = time.monotonic() + seconds, 0
    async with flooding(port, 1_000, *(kind for kind in KINDS if kind != "pipeline")):
        while answered < HONEST or time.monotonic() < until:
            await ask(port)
            answered += 1
