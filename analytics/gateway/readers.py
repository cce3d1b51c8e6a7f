"""The readers of a web process: processes of low priority, each of which runs one query at a time and may die of it.

A start takes most of a second of a core, so one that has answered well is kept for the next query. It is killed when nobody waits
for what it does, when its query takes too long, when a query needed much memory, and when it had nothing to do for some minutes.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import structlog

from analytics.gateway.taken import Truncation
from analytics.gateway.wire import Head, Task
from errors import CypherTooExpensive, TooExpensive, Unavailable

PROGRAM = "analytics.gateway.program"
ROOT = Path(__file__).parents[2]
MEMORY = 512
"""Megabytes of a reader: a record as the driver holds it is up to fifteen times as large as on the wire."""
RETAINED = 2
"""Readers that wait for a next query."""
RETAINED_SECONDS = 300.0
"""Time for which they wait."""
START_SECONDS = 30.0
"""Longest start, on a busy machine."""
SILENCE = 3.0
"""Seconds beyond the limit of its query after which a reader is given up."""
_LINE = 1 << 20
"""Longest line about an answer, in bytes: it holds the names of the columns, which stand in the query."""
_SAID = 2_000
"""End of what a dead reader said that the log gets, in bytes."""
_BRACKETS = 2
"""Bytes of the list in which the rows stand."""

log = structlog.get_logger(__name__)


class ReaderEnded(Exception):
    """A reader ended before it had answered."""


@dataclass(frozen=True, slots=True)
class CypherAnswer:
    """The columns and rows of an answer, about how large they are in JSON, and what ended it before it was whole."""

    columns: Sequence[str]
    rows: list[list[Any]]
    size: int
    truncated: Truncation | None


@dataclass(slots=True, eq=False)
class Reader:
    """One of these processes."""

    process: asyncio.subprocess.Process
    retirement: asyncio.TimerHandle | None = None
    last: bool = False
    """Whether it takes no other query."""
    ending: "asyncio.Task[str] | None" = None

    @property
    def runs(self) -> bool:
        """Whether it has not ended, as far as it is known here."""
        return self.process.returncode is None

    async def started(self) -> None:
        """Wait until it has started.

        Raises:
            ReaderEnded: it has ended instead.

        """
        await self._line()

    async def ask(self, task: Task) -> CypherAnswer:
        """Have a query run, and return its answer.

        Raises:
            InvalidCypher, CypherTooExpensive, ServerEnded, Unavailable: as `AnalystsGraph.run` does.
            ReaderEnded: it has ended.

        """
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        self.last = True
        try:
            stdin.write(task.line)
            await stdin.drain()
            head = Head.read(await self._line())
            if head.length > task.most_bytes + task.most_rows + _BRACKETS:
                raise ReaderEnded
            rows = await stdout.readexactly(head.length)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            raise ReaderEnded from error
        self.last = head.last
        if head.failure is not None:
            raise head.failure.error(task.seconds)
        return CypherAnswer(head.columns, orjson.loads(rows), head.size, head.truncated)

    def kill(self) -> None:
        """Kill it, wherever it is."""
        with suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> str:
        """Kill it, wait until it is gone, and return the end of what it said of itself."""
        if self.retirement is not None:
            self.retirement.cancel()
        self.kill()
        assert self.process.stdin is not None
        self.process.stdin.close()
        _, said = await self.process.communicate()
        return said[-_SAID:].decode(errors="replace")

    async def _line(self) -> bytes:
        assert self.process.stdout is not None
        try:
            return await self.process.stdout.readuntil(b"\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ReaderEnded from error


@dataclass(slots=True)
class Readers:
    """The readers of this process, each with so many megabytes. There are as many as queries that run, and a few that wait."""

    memory: int = MEMORY
    waiting: list[Reader] = field(default_factory=list)
    """Those without a query, the one that worked last at the end."""
    _busy: set[Reader] = field(default_factory=set)
    _ending: "set[asyncio.Task[str]]" = field(default_factory=set)

    async def read(self, task: Task) -> CypherAnswer:
        """Have a query run. Where this is cancelled or raises, nothing is left of it here, but perhaps in the graph.

        Raises:
            InvalidCypher, CypherTooExpensive, ServerEnded, Unavailable: as `AnalystsGraph.run` does; Unavailable also where a
                reader cannot be started, or was killed.

        """
        reader = await self._free()
        self._busy.add(reader)
        try:
            async with asyncio.timeout(task.seconds + SILENCE):
                return await reader.ask(task)
        except TimeoutError:
            raise CypherTooExpensive(TooExpensive.TIME, task.seconds) from None
        except ReaderEnded:
            said = await self._end(reader)
            log.warning("analysts_reader_ended", query=task.mark, code=reader.process.returncode, said=said)
            if reader.process.returncode == -signal.SIGABRT:  # what the Rust code that unpacks does where it gets no memory
                raise CypherTooExpensive(TooExpensive.MEMORY) from None
            raise Unavailable("What read the answer to this query was ended. Ask again, for less if it happens again.") from None
        finally:
            self._busy.discard(reader)
            if reader.last or not reader.runs:
                await self._end(reader)
            else:
                self._retain(reader)

    async def close(self) -> None:
        """End all of them, and wait until they are gone."""
        for reader in self._busy:
            reader.kill()  # whoever waits for it does the rest
        while self.waiting:
            self._retire(self.waiting[-1])
        await asyncio.gather(*self._ending)

    async def _free(self) -> Reader:
        while self.waiting:
            reader = self.waiting.pop()
            if reader.runs:
                if reader.retirement is not None:
                    reader.retirement.cancel()
                return reader
            await self._end(reader)
        return await self._started()

    async def _started(self) -> Reader:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                PROGRAM,
                str(self.memory),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={"PYTHONPATH": str(ROOT)},
                limit=_LINE,
                start_new_session=True,  # Ctrl-C is for the server, which ends this one
            )
        except OSError as error:
            raise Unavailable from error
        reader, whole = Reader(process), False
        try:
            async with asyncio.timeout(START_SECONDS):
                await reader.started()
            whole = True
        except (TimeoutError, ReaderEnded) as error:
            log.warning("analysts_reader_not_started", said=await self._end(reader))
            raise Unavailable from error
        finally:
            if not whole:
                await self._end(reader)
        return reader

    def _retain(self, reader: Reader) -> None:
        """Let it wait for a next query, and the one that waits longest go where there are too many."""
        self.waiting.append(reader)
        reader.retirement = asyncio.get_running_loop().call_later(RETAINED_SECONDS, self._retire, reader)
        if len(self.waiting) > RETAINED:
            self._retire(self.waiting[0])

    def _retire(self, reader: Reader) -> None:
        self.waiting.remove(reader)
        self._begin_end(reader)

    async def _end(self, reader: Reader) -> str:
        """End a reader, and return what it said. Where whoever waits for it is cancelled, it goes on."""
        return await asyncio.shield(self._begin_end(reader))

    def _begin_end(self, reader: Reader) -> "asyncio.Task[str]":
        if reader.ending is None:
            reader.ending = asyncio.create_task(reader.end(), name="end of a reader")
            self._ending.add(reader.ending)
            reader.ending.add_done_callback(self._ending.discard)
        return reader.ending
