"""A reader: runs queries of analysts for a web process, one after the other: `python -m analytics.gateway.program MEGABYTES`.

The driver has a record in memory as a whole before anybody can tell how large it is, and unpacks it in one go. So this is done
where the kernel bounds memory, where nobody waits for the same thread, and whose end is no loss. It hands on nothing but JSON
within its bounds. It reads tasks from its standard input and ends as soon as that does: so it never outlives who asked. It gets
no secrets but the password of the analysts' graph.
"""

import asyncio
import logging
import os
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

from analytics.confinement import confine
from analytics.gateway.taken import Taken
from analytics.gateway.wire import Failure, Head, Task
from errors import CypherTooExpensive, RookeryError, TooExpensive
from graph.analysts import AnalystsGraph

READY = b"\n"
"""The line that a reader writes when it has started."""
_KILOBYTE = 1 << 10
_WORN = 0.5
"""Share of its memory that a reader may hold between two queries: with more, little is left for the next."""
_CONNECTIONS = 2
_RUST = "pyo3_runtime"
"""The module of what the Rust code that unpacks raises where it gets no memory."""


class TaskRunner:
    """Answers tasks, with a connection that it keeps from one to the next."""

    def __init__(self, megabytes: int) -> None:
        """Begin without a connection."""
        self._most = megabytes * _KILOBYTE
        self._graph: AnalystsGraph | None = None
        self._address: tuple[str, str, str] | None = None

    async def answer(self, task: Task) -> tuple[Head, bytes]:
        """Run a query, and return its answer or why there is none."""
        taken = Taken(task.most_rows, task.most_bytes)
        try:
            graph = await self._of(task)
            columns = await graph.run(task.text, task.parameters, task.seconds, task.mark, taken.receive)
        except RookeryError as error:
            return Head(failure=Failure.of(error), last=self._is_worn), b""
        except BaseException as error:
            if not isinstance(error, MemoryError) and type(error).__module__ != _RUST:
                raise
            return Head(failure=Failure.of(CypherTooExpensive(TooExpensive.MEMORY)), last=True), b""
        rows = taken.json
        return Head(len(rows), columns, taken.size, taken.truncated, last=self._is_worn), rows

    async def _of(self, task: Task) -> AnalystsGraph:
        address = (task.uri, task.user, task.password)
        if self._graph is None or self._address != address:
            if self._graph is not None:
                await self._graph.close()
            self._graph, self._address = AnalystsGraph.open(*address, _CONNECTIONS), address
        return self._graph

    @property
    def _is_worn(self) -> bool:
        return _kilobytes() > _WORN * self._most


def _kilobytes() -> int:
    """Return how much this process has of the memory that is limited, 0 where the system limits none."""
    with suppress(FileNotFoundError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1])
    return 0


async def serve(megabytes: int) -> None:
    """Answer tasks until the standard input ends."""
    lines: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        os._exit(1)

    threading.Thread(target=read, name="tasks", daemon=True).start()
    runner, head = TaskRunner(megabytes), Head()
    _write(READY)
    while not head.last:
        head, rows = await runner.answer(Task.read(await lines.get()))
        _write(head.line + rows)
    os._exit(0)  # nothing is left to be done, and the thread still reads


def _write(text: bytes) -> None:
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve within limits. They begin when everything is loaded, so that a start takes no longer than it must."""
    logging.disable()  # nobody would read it, and a full pipe would hold this process
    megabytes = int(sys.argv[1])
    confine(megabytes)
    try:
        asyncio.run(serve(megabytes))
    except BaseException:  # noqa: BLE001 whatever it is, it is told, and this process ends
        traceback.print_exc()
    os._exit(1)  # an interpreter that ends as usual waits for the thread that reads


if __name__ == "__main__":
    main()
