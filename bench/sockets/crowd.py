"""Sockets that the load generator holds open on one server, for the benchmark that starts it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import orjson

from bench.cores import CLIENT, confined
from bench.load import ROOT
from bench.sockets.client import LONGEST_LINE

PATIENCE = 120.0
"""Seconds that the load generator may take for anything but waiting for what arrives."""


NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Received:
    """What came to all sockets.

    `lost` are posts that later ones overtook, `misplaced` those that came twice or uncalled for, `ended` the streams that ended,
    by their reason. `ends` is the time (`time.perf_counter`) of the last arrival, or of the end of the wait where not all came;
    `times` are those of the arrivals of each post, where they were asked for. `busy` is the part of a core that the load
    generator took, and `sample` the first message.
    """

    delivered: int
    lost: int
    misplaced: int
    resyncs: int
    ended: Mapping[str, int]
    ends: float
    busy: float
    times: Sequence[Sequence[float]]
    sample: str


@dataclass(frozen=True, slots=True)
class Tallied:
    """What came to sockets that watch counts.

    `events` is how many came to all, `most` how many of one post to one socket.
    """

    events: int
    most: int
    resyncs: int
    ended: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Open sockets that have subscribed; `size` is how many."""

    process: asyncio.subprocess.Process
    size: int

    @classmethod
    @asynccontextmanager
    async def joined(
        cls, port: int, document: str, tokens: Sequence[str], variables: Mapping[str, object] = NOTHING, *, tally: bool = False
    ) -> AsyncIterator[Self]:
        """Open a socket for each token, and subscribe; all close with the block. With `tally`, `tallied` tells what comes.

        Raises:
            RuntimeError: a socket could not join.

        """
        with confined(CLIENT):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bench.sockets.client", cwd=ROOT, limit=LONGEST_LINE,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        try:
            crowd = cls(process, len(tokens))
            await crowd._ask("open", port=port, document=document, tokens=tokens, variables=variables, tally=tally)
            yield crowd
            crowd._input.close()
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def expect(self, posts: Sequence[str], *, timed: bool = False) -> None:
        """Expect posts at each socket from now on, by their global ids in this order; an empty id stands for any post."""
        await self._ask("expect", posts=posts, timed=timed)

    async def received(self, seconds: float) -> Received:
        """Return what has come, when all has or after so many seconds."""
        return Received(**await self._ask("received", patience=PATIENCE + seconds, seconds=seconds))

    async def tallied(self) -> Tallied:
        """Return what has come."""
        return Tallied(**await self._ask("tallied"))

    @property
    def _input(self) -> asyncio.StreamWriter:
        assert self.process.stdin is not None
        return self.process.stdin

    async def _ask(self, do: str, *, patience: float = PATIENCE, **command: object) -> Any:
        assert self.process.stdout is not None
        self._input.write(orjson.dumps({"do": do, **command}) + b"\n")
        async with asyncio.timeout(patience):
            line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load generator failed to {do}; its error is above")
        return orjson.loads(line)
