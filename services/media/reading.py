"""Reading an object of the store: in chunks, in threads. However the reading ends, its connection is returned to the pool."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Protocol

from urllib3.response import BaseHTTPResponse

CHUNK = 65_536
"""Bytes of a chunk: large enough that the hop to a thread does not count, small enough for a thousand readers."""


class Runner(Protocol):
    """Runs a blocking call in a thread, within the limits of the store."""

    def __call__(self, call: Callable[[], bytes], /) -> Awaitable[bytes]:
        """Return what the call returns."""


class Reading:
    """The body of one object, or a range of it: `size` is its length in bytes, `etag` belongs to the whole object."""

    __slots__ = ("_lock", "_response", "_run", "_threads", "etag", "size")

    def __init__(self, response: BaseHTTPResponse, run: Runner, threads: Executor) -> None:
        """Take over a response whose head was read."""
        self.size = int(response.headers.get("content-length", "0"))
        self.etag = response.headers.get("etag", "").strip('"')
        self._response = response
        self._run = run
        self._threads = threads
        self._lock = threading.Lock()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body in chunks, then return the connection."""
        try:
            while chunk := await self._run(self._read):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Return the connection, in a thread and without waiting, because a cancelled reader cannot wait."""
        self._threads.submit(self._release)

    def _read(self) -> bytes:
        with self._lock:
            return self._response.read(CHUNK)

    def _release(self) -> None:
        with self._lock:
            _release(self._response)


@contextmanager
def released(response: BaseHTTPResponse) -> Iterator[None]:
    """Return the connection of a response at the end."""
    try:
        yield
    finally:
        _release(response)


def _release(response: BaseHTTPResponse) -> None:
    """Return a connection; one whose response was not read to the end is closed, and its next user opens it again."""
    response.close()
    response.release_conn()
