"""A load generator: each of its connections sends the next request as soon as it has a response.

    python -m bench.load_client < JOB > MEASURED

It is a separate process, so that the server does not wait for the code that measures it. It reads its job and writes its
measurements in JSON, supports only the HTTP that responses of GraphQL servers need, and ends when its time is over.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import cast

import uvloop

from bench.load_together import Together

READS_TO_A_WRITE = 100
"""Requests after which one that writes is sent, where the job has some."""
PATIENCE = 30.0
"""Seconds after the end of its time within which the last responses must arrive."""
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(slots=True)
class Load:
    """The requests, those among them that write, the time to stop, and the latencies of both in milliseconds."""

    requests: Iterator[bytes]
    writes: Iterator[bytes] | None
    ends: float
    open: int
    finished: asyncio.Future[None]
    together: Together | None = None
    """Lets the connections ask together; without it, each asks again as soon as it has its answer."""
    times: list[float] = field(default_factory=list)
    write_times: list[float] = field(default_factory=list)
    sent: int = 0
    last: float = 0.0

    def next(self) -> tuple[bytes, list[float]]:
        """Return the next request, and the latencies that it belongs to."""
        self.sent += 1
        if self.writes is not None and self.sent % (READS_TO_A_WRITE + 1) == 0:
            return next(self.writes), self.write_times
        return next(self.requests), self.times


class Connection(asyncio.Protocol):
    """One connection to the server."""

    def __init__(self, load: Load) -> None:
        """Take the load that all connections share."""
        self._load = load
        self._began = 0.0
        self._answer = bytearray()
        self._whole = 0
        self._times = load.times

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # No instance check: the transports of uvloop are not subclasses.
        self._transport = cast("asyncio.Transport", transport)
        self._continue()

    def data_received(self, data: bytes) -> None:
        """Collect a response; when it is complete, send the next request."""
        self._answer += data
        if not self._whole:
            self._whole = _length(self._answer)
        if not self._whole or len(self._answer) < self._whole:
            return
        now = time.perf_counter()
        if not self._answer.startswith(b"HTTP/1.1 200") or b'"errors":' in self._answer:
            self._end(RuntimeError(f"the server answered {bytes(self._answer[:600])!r}"))
            return
        self._times.append((now - self._began) * 1_000)
        self._load.last = now
        self._answer.clear()
        self._whole = 0
        self._continue()

    def connection_lost(self, exc: Exception | None) -> None:
        """End with an error if the server closed the connection before the time was over."""
        if not self._load.finished.done() and time.perf_counter() < self._load.ends:
            self._end(exc or RuntimeError("the server closed the connection"))

    def _continue(self) -> None:
        if self._load.together is not None:
            self._load.together.is_ready(self)
        elif not self._began or time.perf_counter() < self._load.ends:  # each asks once, however long it took to connect
            self.ask()
        else:
            self.close()

    def ask(self) -> None:
        """Send the next request."""
        self._began = time.perf_counter()
        request, self._times = self._load.next()
        self._transport.write(request)

    def close(self) -> None:
        """End; the last connection ends the load."""
        self._transport.close()
        self._load.open -= 1
        if not self._load.open:
            self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self._load.finished.done():
            return
        if error is None:
            self._load.finished.set_result(None)
        else:
            self._load.finished.set_exception(error)


def _length(answer: bytearray) -> int:
    """Return the length of the complete response, or 0 while its head is incomplete."""
    end = answer.find(_HEAD_END)
    if end < 0:
        return 0
    head = bytes(answer[:end]).lower()
    _, found, rest = head.partition(_LENGTH)
    if not found:
        raise RuntimeError(f"an answer without a length: {head!r}")
    return end + len(_HEAD_END) + int(rest.split(b"\r\n", 1)[0])


async def _run(job: dict[str, object]) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    requests, writes = ([str(text).encode("latin-1") for text in job[kind]] for kind in ("requests", "writes"))  # type: ignore[attr-defined]  # JSON
    connections, seconds = int(str(job["connections"])), float(str(job["seconds"]))
    began, emptied = time.perf_counter(), job["emptied"]
    together = Together(connections) if emptied else None
    load = Load(cycle(requests), cycle(writes) if writes else None, began + seconds, connections, loop.create_future(), together)
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", int(str(job["port"])))
    async with asyncio.timeout(seconds + PATIENCE):
        await asyncio.gather(load.finished, *([together.run(str(emptied), load.ends)] if together else []))
    return {"seconds": together.seconds if together else load.last - began, "times": load.times, "write_times": load.write_times}


if __name__ == "__main__":
    _measured = uvloop.run(_run(json.load(sys.stdin)))
    # Not with `print`: with PYTHONUNBUFFERED, output beyond a full pipe would be lost.
    with open(sys.stdout.fileno(), "w", encoding="ascii", closefd=False) as _out:
        json.dump(_measured, _out)
