"""A real OpenID provider on loopback, and a proxy in front of it that can be told to answer otherwise."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.node_packages import installed
from tests.worlds.serving import listening
from web.drain import Drain
from web.serve import listen

SERVER = Path(__file__).parent / "server"
CLIENT = "rookery"
START_SECONDS = 30.0
Tampering = Callable[[httpx.Response], Awaitable[Response] | Response]
"""Makes another answer of that of the provider."""
_PASSED = ("content-type", "location", "set-cookie", "cache-control")


def secret_of(client: str) -> str:
    """Return the secret of a client of the provider."""
    return f"secret of {client}, which is long: %&+/"


@dataclass(slots=True)
class IdentityProvider:
    """The provider at its issuer. `tampered` changes answers, by the beginnings of their paths; `asked` has every path."""

    issuer: str
    upstream: str
    http: httpx.AsyncClient
    tampered: dict[str, Tampering] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def reset(self) -> None:
        """Answer as the provider does."""
        self.tampered.clear()
        self.asked.clear()

    async def answer(self, request: Request) -> Response:
        """Pass a request on, and its answer back."""
        path = request.url.path
        self.asked.append(path)
        headers = {name: value for name, value in request.headers.items() if name != "accept-encoding"}
        query = f"?{request.url.query}" if request.url.query else ""
        body = await request.body()
        found = await self.http.request(request.method, f"{self.upstream}{path}{query}", headers=headers, content=body)
        for beginning, tampering in self.tampered.items():
            if path.startswith(beginning):
                other = tampering(found)
                return other if isinstance(other, Response) else await other
        answer = Response(found.content, found.status_code)
        del answer.headers["content-length"]
        kept = [(name, value) for name, value in found.headers.multi_items() if name in _PASSED]
        answer.raw_headers = [(name.encode(), value.encode()) for name, value in kept]
        answer.raw_headers.append((b"content-length", str(len(found.content)).encode()))
        return answer


def who(sub: str, **claims: Any) -> str:
    """Return the cookie by which the provider takes a browser for somebody."""
    return json.dumps({"sub": sub, **claims}, separators=(",", ":")).replace(" ", "%20").replace(",", "%2C").replace('"', "%22")


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """Run a provider until the block ends."""
    folder = installed(SERVER)
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    environment = {**os.environ, "ISSUER_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        "node", str(folder / "provider.mjs"), env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
            provider = IdentityProvider(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{int(line)}", http)
            proxy = Starlette(routes=[Route("/{path:path}", provider.answer, methods=["GET", "POST"])])
            async with listening(proxy, Drain(), listener):
                yield provider
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
