"""A server that speaks Bolt as far as reads need it, and answers what a script says: for what Neo4j does not do on demand."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from neo4j._rust.codec.packstream.v1 import pack  # type: ignore[import-not-found]  # compiled

from graph.bolt.chunks import Chunks
from tests.graph.bolt_proxy import opened

HELLO, LOGON, ROUTE, RUN, PULL, RESET, GOODBYE = 0x01, 0x6A, 0x66, 0x10, 0x3F, 0x0F, 0x02
HANDSHAKE = 20
"""Bytes of a handshake."""
VERSION = bytes((0, 0, 4, 5))


def reply(tag: int, *fields: Any) -> bytes:
    """Return a message of the server."""
    body = bytes((0xB0 | len(fields), tag)) + b"".join(pack(each, None) for each in fields)
    return struct.pack(">H", len(body)) + body + b"\0\0"


def success(**data: Any) -> bytes:
    """Return a SUCCESS with its data."""
    return reply(0x70, data)


def record(value: Any) -> bytes:
    """Return a RECORD of one value."""
    return reply(0x71, [value])


def failure(code: str) -> bytes:
    """Return a FAILURE."""
    return reply(0x7F, {"code": code, "message": code})


IGNORED = reply(0x7E)
PLAIN = {tag: [success()] for tag in (HELLO, LOGON, RUN, RESET)} | {PULL: [record(1), success()], GOODBYE: []}
"""What a server answers that has 1 for everybody."""


@dataclass(slots=True)
class ScriptedServer:
    """Answers messages: those that `answer` has no answer for as `PLAIN` says."""

    answer: Callable[[int, int], Sequence[bytes] | None]
    """Called with the number of the connection, from 1, and the tag of a message."""
    version: bytes = VERSION
    reads: asyncio.Event = field(default_factory=opened)
    """A gate: while it is closed, it reads no further on the first connection."""
    got: list[tuple[int, int]] = field(default_factory=list)
    """Connections and tags, in order."""
    connections: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        number, chunks = self.connections, Chunks()
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await reader.readexactly(HANDSHAKE)
            writer.write(self.version)
            while data := await reader.read(65_536):
                for message, at in chunks.messages(data):
                    tag = message[at + 1]
                    self.got.append((number, tag))
                    answers = self.answer(number, tag)
                    writer.writelines(PLAIN[tag] if answers is None else answers)
                if number == 1:
                    await self.reads.wait()
        writer.close()


@asynccontextmanager
async def scripted_server(answer: Callable[[int, int], Sequence[bytes] | None]) -> AsyncIterator[ScriptedServer]:
    """Serve on a free port until left."""
    server = ScriptedServer(answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.reads.set()
        listening.close()
