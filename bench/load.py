"""Servers under load: how many answers a second, and how long each takes."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import orjson

from bench.cores import CLIENT, confined
from bench.cpu import core_seconds
from bench.figures import Figure
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
    turns: list[float] = field(default_factory=list)
    """Answers a second in each turn."""
    core_seconds: float = 0.0
    """How long cores worked for the server."""

    @property
    def throughput(self) -> float:
        """Answers a second, over all turns."""
        return len(self.times) / self.seconds

    def beside(self, other: "Load") -> float:
        """Give our answers a second divided by another's: the median of the rounds, in each of which both had a turn."""
        return median(ours / theirs for ours, theirs in zip(self.turns, other.turns, strict=True))

    @property
    def core_ms(self) -> float:
        """Milliseconds of a core for an answer; 0 where the system does not say."""
        return self.core_seconds / len(self.times) * 1_000

    def quantile(self, share: float) -> float:
        """Give a quantile of the times, in milliseconds."""
        return quantile(self.times, share)

    def figures(self, name: str) -> list[Figure]:
        """Give what is read beside the ratios."""
        figures = [
            Figure(f"{name}: answers a second", self.throughput, "/s"),
            Figure(f"{name}: p50", self.quantile(0.5), "ms"),
            Figure(f"{name}: p99", self.quantile(0.99), "ms"),
        ]
        if self.core_ms:
            figures.append(Figure(f"{name}: a core's time for an answer", self.core_ms, "ms"))
        return figures


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
    data: dict[str, object] = orjson.loads(answer_of(port, request))["data"]
    return data


def answer_of(port: int, request: Request) -> bytes:
    """Ask once, and give the body of the answer.

    Raises:
        RuntimeError: the answer has errors.

    """
    connection = HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("POST", "/graphql", request.body, {"content-type": "application/json", **request.headers})
        body = connection.getresponse().read()
    finally:
        connection.close()
    answer = orjson.loads(body)
    if "errors" in answer or not answer.get("data"):
        raise RuntimeError(f"a benchmark's own request failed: {answer}")
    return body


async def put_under_load(
    ports: Mapping[str, int],
    requests: Mapping[str, Sequence[Request]],
    *,
    connections: int,
    turn: float,
    rounds: int,
    apart: bool = False,
    warm: int = 0,
) -> dict[str, Load]:
    """Let each server have its turn, round after round; before that, a short one that is not counted.

    `apart` keeps the client off the core of servers that have but one. `warm` is how many answers each gives before it is
    measured, at least: compilers at run time go by the number of calls, not by the clock.
    """
    loads = {name: Load() for name in ports}
    for name, port in ports.items():
        given = 0
        while given <= warm:
            given += len((await _turn(port, requests[name], connections, turn / 2, apart=apart))[1])
    order = list(ports)
    for _ in range(rounds):
        for name in order:
            before = core_seconds(ports[name])
            seconds, times = await _turn(ports[name], requests[name], connections, turn, apart=apart)
            loads[name].core_seconds += core_seconds(ports[name]) - before
            loads[name].seconds += seconds
            loads[name].times += times
            loads[name].turns.append(len(times) / seconds)
        order.reverse()
    return loads


async def _turn(
    port: int, requests: Sequence[Request], connections: int, seconds: float, *, apart: bool
) -> tuple[float, list[float]]:
    job = {"port": port, "requests": [each.wire for each in requests], "connections": connections, "seconds": seconds}
    with confined(CLIENT if apart else None):
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
