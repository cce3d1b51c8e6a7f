"""A client of streams that knows only their two forms, and says what it was told."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.web.conftest import Served

ACCEPTED = {"events": "text/event-stream", "multipart": "multipart/mixed;boundary=graphql;subscriptionSpec=1.0"}


@dataclass(slots=True)
class Told:
    """What came over a stream: results, codes of errors, a time to come back after in seconds, and whether it was completed."""

    status: int
    results: list[Any] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    comes_back: float | None = None
    complete: bool = False
    cut: bool = False
    signs_of_life: int = 0

    def note(self, result: Any) -> None:
        """Take a result, or errors."""
        if result.get("errors"):
            self.codes += [error["extensions"]["code"] for error in result["errors"]]
            self.messages += [error["message"] for error in result["errors"]]
        else:
            self.results.append(result["data"])


class Stream:
    """A stream that is open; reading fills `told`."""

    def __init__(self, response: httpx.Response) -> None:
        self.told = Told(response.status_code)
        kind = response.headers["content-type"]
        self._blocks = _blocks(response, b"--graphql" if kind.startswith("multipart/mixed") else b"\n\n")
        self._note = self._part if kind.startswith("multipart/mixed") else self._event
        if not kind.startswith(("multipart/mixed", "text/event-stream")):
            self._blocks, self._note = _whole(response), self._answer

    async def next(self) -> Any:
        """Read on until the next result, and give it."""
        before = len(self.told.results)
        async for block in self._blocks:
            self._note(block)
            if len(self.told.results) > before:
                return self.told.results[-1]
        raise EOFError(self.told)

    async def sign_of_life(self) -> None:
        """Read on until the next sign of life."""
        before = self.told.signs_of_life
        async for block in self._blocks:
            self._note(block)
            if self.told.signs_of_life > before:
                return
        raise EOFError(self.told)

    async def rest(self) -> Told:
        """Read to the end."""
        try:
            async for block in self._blocks:
                self._note(block)
        except httpx.RemoteProtocolError:
            self.told.cut = True
        return self.told

    def _event(self, block: bytes) -> None:
        if block.startswith(b":"):
            self.told.signs_of_life += 1
        elif block.startswith(b"retry: "):
            self.told.comes_back = int(block.removeprefix(b"retry: ")) / 1_000
        elif block == b"event: complete\ndata:":
            self.told.complete = True
        else:
            assert block.startswith(b"event: next\ndata: "), block
            self.told.note(json.loads(block.removeprefix(b"event: next\ndata: ")))

    def _part(self, block: bytes) -> None:
        if block in {b"\r\n", b""}:
            return
        if block == b"--\r\n":
            self.told.complete = True
            return
        found = re.fullmatch(rb"\r\ncontent-type: application/json\r\n\r\n(\{.*\})\r\n", block)
        assert found, block
        part = json.loads(found[1])
        if not part:
            self.told.signs_of_life += 1
            return
        assert part.keys() in ({"payload"}, {"payload", "errors"})
        self.told.note(part["payload"] or part)
        for error in part.get("errors", ()):
            self.told.comes_back = error["extensions"].get("retryAfter", self.told.comes_back)

    def _answer(self, block: bytes) -> None:
        self.told.note(json.loads(block))


async def _whole(response: httpx.Response) -> AsyncIterator[bytes]:
    yield await response.aread()


async def _blocks(response: httpx.Response, end: bytes) -> AsyncIterator[bytes]:
    rest = b""
    async for some in response.aiter_bytes():
        rest += some
        while end in rest:
            block, rest = rest.split(end, 1)
            yield block
    if rest:
        yield rest


@asynccontextmanager
async def stream_of(served: Served, form: str, query: str, token: str = "") -> AsyncIterator[Stream]:
    """Open a stream of a form in `ACCEPTED`."""
    headers = {"accept": ACCEPTED[form]} | ({"authorization": f"Bearer {token}"} if token else {})
    async with served.http.stream("POST", served.url, json={"query": query}, headers=headers) as response:
        yield Stream(response)
