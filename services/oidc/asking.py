"""Requests to providers. Each has a limit on its whole time and on the size of its answer, and follows no redirect."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from services.oidc.failures import ProviderDown, ProviderRefused

LARGEST = 262_144
"""Bytes of an answer. Sets of keys and ID tokens have a few thousand."""
_PLAIN = {"accept-encoding": "identity"}
"""Nothing compressed: a few bytes of that may be many in memory."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts that no proxy of the environment is asked for."""


@dataclass(slots=True)
class ProviderRequests:
    """Asks providers; connections are opened when they are first needed. `seconds` is the limit of one answer."""

    seconds: float
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def get(self, address: str, *, token: str | None = None) -> Mapping[str, object]:
        """Return the JSON object at an address, to which an access token gives access where one is given.

        Raises:
            ProviderDown: nothing came in time, or an error of the server.
            ProviderRefused: what came is no JSON object, or too large, or a redirect, or it was refused.

        """
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return await self._asked(httpx.Request("GET", address, headers={"accept": "application/json", **_PLAIN, **headers}))

    async def post(self, address: str, body: str, headers: Mapping[str, str]) -> Mapping[str, object]:
        """Return the JSON object that answers a form; it raises what `get` does."""
        return await self._asked(httpx.Request("POST", address, content=body.encode(), headers={**_PLAIN, **headers}))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _asked(self, request: httpx.Request) -> Mapping[str, object]:
        place = f"{request.method} {request.url.copy_with(query=None)}"
        try:
            async with asyncio.timeout(self.seconds):
                status, body = await self._sent(request)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderDown(f"{place}: {type(error).__name__}") from None
        if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS:
            raise ProviderDown(f"{place}: status {status}")
        if status != httpx.codes.OK:
            raise ProviderRefused(f"{place}: status {status}")
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            raise ProviderRefused(f"{place}: no JSON") from None
        if not isinstance(found, dict):
            raise ProviderRefused(f"{place}: no JSON object")
        return found

    async def _sent(self, request: httpx.Request) -> tuple[int, bytes]:
        """Send a request, and read no more of its answer than it may have."""
        if self._client is None:
            mounts: dict[str, None] = {f"all://{host}": None for host in _LOOPBACK}
            self._client = httpx.AsyncClient(timeout=self.seconds, follow_redirects=False, mounts=mounts)
        answer = await self._client.send(request, stream=True)
        place = f"{request.method} {request.url.copy_with(query=None)}"
        try:
            if answer.headers.get("content-encoding", "identity").lower() != "identity":
                raise ProviderRefused(f"{place}: compressed")
            body = bytearray()
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > LARGEST:
                    raise ProviderRefused(f"{place}: more than {LARGEST} bytes")
            return answer.status_code, bytes(body)
        finally:
            await answer.aclose()
