"""Programs that the documentation shows, run as a reader would run them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE = 60.0
"""Seconds for anything that waits, on a machine that is busy with other tests."""


class Program:
    """A running program and the lines that it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take the process; its errors come with its output."""
        self._process = process
        self.lines: list[str] = []

    async def until(self, text: str, seconds: float = PATIENCE) -> str:
        """Read on until a line has this text, and give the line; raise TimeoutError when none comes."""
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            async for line in self._process.stdout:
                self.lines.append(line.decode().rstrip())
                if text in self.lines[-1]:
                    return self.lines[-1]
        raise AssertionError("\n".join(["the program ended without it", *self.lines]))

    async def ended(self) -> list[str]:
        """Wait for its end, which must be a good one, and give everything that it printed."""
        out, _ = await asyncio.wait_for(self._process.communicate(), PATIENCE)
        self.lines += out.decode().splitlines()
        assert self._process.returncode == 0, "\n".join(self.lines)
        return self.lines


@asynccontextmanager
async def program(*command: str | Path, folder: Path) -> AsyncIterator[Program]:
    """Run a program in a folder; it is killed at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command), cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
