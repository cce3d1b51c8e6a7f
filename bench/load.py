"""Servers under load: how many answers a second, and how long each takes."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import orjson

from bench.timing import quantile
from stack.ports import LOOPBACK

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds beyond its turn after which a client that does not end is given up."""


@dataclass(slots=True)
class Load:
    """What was measured of one server, over all its turns. Times are in milliseconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Give a quantile of the times, in milliseconds."""
        return quantile(self.times, share)


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request by POST: a document, and who asks it, as headers."""

    document: str
    headers: Mapping[str, str]
    variables: Mapping[str, object] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """Give the body."""
        return orjson.dumps({"query": self.document, "variables": self.variables})

    @property
    def wire(self) -> str:
        """Give the bytes of the request, one letter each."""
        body = self.body
        headers = {"host": LOOPBACK, "content-type": "application/json", "content-length": str(len(body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return (f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + body).decode("latin-1")


def ask(port: int, request: Request) -> dict[str, object]:
    """Ask once, and give the data.

    Raises:
        RuntimeError: the answer has errors.

    """
    connection = HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("POST", "/graphql", request.body, {"content-type": "application/json", **request.headers})
        answer = orjson.loads(connection.getresponse().read())
    finally:
        connection.close()
    if "errors" in answer or not answer.get("data"):
        raise RuntimeError(f"a benchmark's own request failed: {answer}")
    data: dict[str, object] = answer["data"]
    return data


async def put_under_load(
    ports: Mapping[str, int],
    requests: Mapping[str, Sequence[Request]],
    *,
    connections: int,
    turn: float,
    rounds: int,
) -> dict[str, Load]:
    """Let each server have its turn, round after round; a first, short round is not counted."""
    loads = {name: Load() for name in ports}
    for name, port in ports.items():
        await _turn(port, requests[name], connections, turn / 2)
    order = list(ports)
    for _ in range(rounds):
        for name in order:
            seconds, times = await _turn(ports[name], requests[name], connections, turn)
            loads[name].seconds += seconds
            loads[name].times += times
        order.reverse()
    return loads


async def _turn(port: int, requests: Sequence[Request], connections: int, seconds: float) -> tuple[float, list[float]]:
    job = {"port": port, "requests": [each.wire for each in requests], "connections": connections, "seconds": seconds}
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load_client", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds + PATIENCE):
            written, told = await client.communicate(json.dumps(job).encode())
    finally:
        if client.returncode is None:
            client.kill()
            await client.wait()
    if client.returncode:
        raise RuntimeError(f"the client under load failed: {told.decode().strip().splitlines()[-1:]}")
    measured = json.loads(written)
    return measured["seconds"], measured["times"]
