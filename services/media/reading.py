"""An object while it is read: in chunks, by threads, its connection given back however the reading ends."""

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
    """The body of one object, or a part of it; `size` is its length in bytes and `etag` that of the whole object."""

    __slots__ = ("_lock", "_response", "_run", "_threads", "etag", "size")

    def __init__(self, response: BaseHTTPResponse, run: Runner, threads: Executor) -> None:
        """Take over an answer whose head has come."""
        self.size = int(response.headers.get("content-length", "0"))
        self.etag = response.headers.get("etag", "").strip('"')
        self._response = response
        self._run = run
        self._threads = threads
        self._lock = threading.Lock()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Return the body piece by piece, then give the connection back."""
        try:
            while chunk := await self._run(self._read):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Return the connection back, in a thread and unawaited, since a reader who is cancelled cannot wait."""
        self._threads.submit(self._release)

    def _read(self) -> bytes:
        with self._lock:
            return self._response.read(CHUNK)

    def _release(self) -> None:
        with self._lock:
            _release(self._response)


@contextmanager
def released(response: BaseHTTPResponse) -> Iterator[None]:
    """Return the connection of an answer back at the end."""
    try:
        yield
    finally:
        _release(response)


def _release(response: BaseHTTPResponse) -> None:
    """Return a connection back; one whose answer was not read to the end is closed, and opened anew by its next user."""
    response.close()
    response.release_conn()
