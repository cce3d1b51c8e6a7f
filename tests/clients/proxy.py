"""A network between clients and a server that goes silent, breaks and is slow, as real ones do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass(slots=True, eq=False)
class Link:
    """One connection through the proxy, by the writers of its two sides."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    silent: bool = False


@dataclass(slots=True)
class Trouble:
    """What happens to each connection that is about to carry a text to the server: it goes silent, or else breaks."""

    text: bytes
    silences: bool
    met: int = 0
    """Connections that it happened to."""

    def meet(self, link: Link) -> None:
        """Let it happen."""
        self.met += 1
        link.silent = True
        if not self.silences:
            link.client.transport.abort()
            link.server.transport.abort()


@dataclass(slots=True)
class Proxy:
    """Passes on what comes, unless told otherwise."""

    target: str
    address: str = ""
    delay: float = 0.0
    """Seconds that each piece of data is held back."""
    trouble: Trouble | None = None
    away: bool = False
    """Whether new connections break at once."""
    carried: dict[bytes, int] = field(default_factory=dict)
    """How often each of these texts was carried, either way."""
    _links: set[Link] = field(default_factory=set)

    @property
    def links(self) -> int:
        """Count the connections that are not silent."""
        return sum(not link.silent for link in self._links)

    def silence(self) -> None:
        """Let every open connection carry nothing more, not even its end; new ones are as any other."""
        for link in self._links:
            link.silent = True

    def cut(self) -> None:
        """Break every connection."""
        for link in self._links:
            link.client.transport.abort()
            link.server.transport.abort()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        if self.away:
            writer.transport.abort()
            return
        host, _, port = self.target.partition(":")
        try:
            answers, requests = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, requests)
        self._links.add(link)
        try:
            await asyncio.gather(self._carry(link, reader, requests), self._carry(link, answers, writer))
        finally:
            self._links.discard(link)
            writer.transport.abort()
            requests.transport.abort()

    async def _carry(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await asyncio.sleep(self.delay)
                for text in self.carried:
                    self.carried[text] += data.count(text)
                if self.trouble is not None and writer is link.server and self.trouble.text in data:
                    self.trouble.meet(link)
                if not link.silent:
                    writer.write(data)
                    await writer.drain()
            if not link.silent:
                writer.close()


@asynccontextmanager
async def proxy_of(target: str) -> AsyncIterator[Proxy]:
    """Open a proxy for a host and port."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.connect, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    proxy.address = f"{host}:{port}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
