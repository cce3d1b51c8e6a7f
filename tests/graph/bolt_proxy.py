"""A proxy before Neo4j that does to connections what a test wants, at a COMMIT or at any time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from ssl import SSLContext

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message in Bolt: a chunk of two bytes, a structure without fields, the signature, and the end."""
BOOKMARK = b"bookmark"
"""Stands in the answer to a COMMIT."""
RESET = b"\x00\x02\xb0\x0f\x00\x00"
CHUNK = 65_536


def opened() -> asyncio.Event:
    """Return an open gate."""
    gate = asyncio.Event()
    gate.set()
    return gate


class OnCommit(Enum):
    """What happens when a client sends COMMIT."""

    PASS = auto()
    CUT_BEFORE = auto()
    """The connection ends, and the server does not get it."""
    CUT_AFTER = auto()
    """The connection ends when the server has answered it, and the client does not get the answer."""
    SILENCE = auto()
    """The server gets it, and the client no answer."""


@dataclass(slots=True)
class BoltProxy:
    """Passes connections on to the port `to`."""

    to: int
    on_commit: OnCommit = OnCommit.PASS
    is_mute: bool = False
    """Whether the server gets nothing any more."""
    refuses: bytes = b""
    """How a handshake begins that is answered as by a server that speaks no such version."""
    answers: asyncio.Event = field(default_factory=opened)
    """A gate: while it is closed, clients get no answer."""
    held: int = 0
    """How often an answer came to the closed gate."""
    commits: int = 0
    resets: int = 0
    accepted: int = 0
    """Connections so far."""
    asked: int = 0
    """How often clients sent something."""
    port: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin to serve a connection."""
        task = asyncio.create_task(self._serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def cut(self) -> None:
        """End every connection."""
        for each in self.open:
            each.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_connection("127.0.0.1", self.to)
        answering = asyncio.create_task(self._answer(answers, writer))
        self.accepted += 1
        self.open |= {writer, server}
        try:
            while data := await reader.read(CHUNK):
                self.asked += 1
                if self.is_mute:
                    continue
                if self.refuses and data.startswith(self.refuses):
                    writer.write(bytes(4))
                    return
                if COMMIT in data and self.on_commit is not OnCommit.PASS:
                    answering.cancel()
                    await asyncio.wait([answering])
                    await self._commit(data, answers, server)
                    return
                self.commits += COMMIT in data
                self.resets += data.count(RESET)
                server.write(data)
                await server.drain()
        except ConnectionError:
            pass
        finally:
            self.open -= {writer, server}
            answering.cancel()
            writer.close()
            server.close()

    async def _answer(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(CHUNK):
                self.held += not self.answers.is_set()
                await self.answers.wait()
                target.write(data)
                await target.drain()
        target.close()

    async def _commit(self, data: bytes, answers: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        """Do to a COMMIT what is wanted; the connection ends afterwards."""
        self.commits += 1
        if self.on_commit is OnCommit.CUT_BEFORE:
            return
        server.write(data)
        answer = b""
        while BOOKMARK not in answer:  # what came before COMMIT is answered first
            answer += await answers.read(CHUNK)
        if self.on_commit is OnCommit.SILENCE:
            await asyncio.Event().wait()


@asynccontextmanager
async def bolt_proxy(to: int, tls: SSLContext | None = None) -> AsyncIterator[BoltProxy]:
    """Serve on a free port until left, over TLS where it is given."""
    proxy = BoltProxy(to)
    listening = await asyncio.start_server(proxy.accept, "127.0.0.1", 0, ssl=tls)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        for task in [*proxy.tasks]:
            task.cancel()
        if proxy.tasks:
            await asyncio.wait([*proxy.tasks])
