"""A program that opens many connections, each of which misuses HTTP in its own way, over and over.

python -m tests.web.flooder PORT CONNECTIONS [KIND]
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice, repeat

_BEGUN = b"POST /graphql HTTP/1.1\r\nhost: x\r\n"
_JSON = b"content-type: application/json\r\n"
_HELLO = b'{"query": "{ hello }"}'
_PIECE = b"a" * 65_536
_DRIP_SECONDS = 0.05
"""Between two bytes of those that drip."""
_REOPEN_SECONDS = 0.5
"""Before a connection that was closed is opened again: this is about what a connection costs, not about how many are opened."""

KINDS: dict[str, tuple[bytes, bytes | None, bool]] = {
    "silent": (b"", None, False),
    "dripped head": (_BEGUN, b"a", True),
    "dripped body": (_BEGUN + _JSON + b"content-length: 100000\r\n\r\n", b"a", True),
    "dripped rest": (b"GET /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n", b"a", True),
    "blank lines": (b"", b"\r\n" * 32_768, False),
    "header name": (_BEGUN, _PIECE, False),
    "header value": (_BEGUN + b"a: ", _PIECE, False),
    "headers": (_BEGUN, b"a:\r\n" * 16_384, False),
    "target": (b"GET /", _PIECE, False),
    "trailer": (_BEGUN + _JSON + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n", _PIECE, False),
    "body": (_BEGUN + _JSON + b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + _PIECE + b"\r\n", False),
    "pipeline": (b"", (_BEGUN + _JSON + b"content-length: %d\r\n\r\n" % len(_HELLO) + _HELLO) * 400, False),
}
"""What is sent first, what is sent from then on, and whether with pauses."""


async def misuse(port: int, kind: str, opened: asyncio.Semaphore) -> None:
    """Open connections of one kind, one after the other; release `opened` for each."""
    begun, piece, dripping = KINDS[kind]
    while True:
        with suppress(OSError):
            await _misuse_once(port, begun, repeat(piece) if piece else iter(()), opened, dripping=dripping)
        await asyncio.sleep(_REOPEN_SECONDS)


async def _misuse_once(
    port: int, begun: bytes, pieces: Iterator[bytes], opened: asyncio.Semaphore, *, dripping: bool
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    opened.release()
    closed = asyncio.ensure_future(reader.read())
    try:
        writer.write(begun)
        for piece in pieces:
            if closed.done():
                break
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(_DRIP_SECONDS if dripping else 0)
        await closed
    finally:
        closed.cancel()
        writer.transport.abort()
        await asyncio.wait([closed])
        if not closed.cancelled():
            closed.exception()  # a reset is what such clients have to expect


async def flood(port: int, connections: int, kinds: list[str]) -> None:
    """Misuse many connections at once, and say so on a line when as many were opened; it ends with its process."""
    opened = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        for kind in islice(cycle(kinds), connections):
            group.create_task(misuse(port, kind, opened))
        for _ in range(connections):
            await opened.acquire()
        print("flooding", flush=True)  # noqa: T201 - this is a program


if __name__ == "__main__":
    asyncio.run(flood(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or list(KINDS)))
