"""Puts servers under load, and measures responses per second and latencies."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import orjson

from bench.cores import CLIENT, confined
from bench.cpu import core_seconds
from bench.figures import Figure
from bench.timing import quantile
from stack.ports import LOOPBACK

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds after its turn that a client has to end."""


@dataclass(slots=True)
class Load:
    """The measurements of one server over all its turns. Times are in milliseconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    write_times: list[float] = field(default_factory=list)
    """The same of the requests among them that write, which `times` leaves out."""
    turns: list[float] = field(default_factory=list)
    """Responses per second in each turn."""
    core_seconds: float = 0.0
    """CPU time of the server in seconds."""
    core_turns: list[float] = field(default_factory=list)
    """CPU time per response in each turn, in milliseconds."""

    def add(self, turn: Sequence["Slice"]) -> None:
        """Take a turn, in one slice or several."""
        seconds = sum(each.seconds for each in turn)
        answered = sum(len(each.times) for each in turn)
        self.seconds += seconds
        self.turns.append(answered / seconds)
        self.core_turns.append(sum(each.core_seconds for each in turn) / answered * 1_000)
        for each in turn:
            self.core_seconds += each.core_seconds
            self.times += each.times
            self.write_times += each.write_times

    @property
    def throughput(self) -> float:
        """Responses per second over all turns."""
        return len(self.times) / self.seconds

    def beside(self, other: "Load") -> list[float]:
        """Return our responses per second divided by those of another server, round by round."""
        return [ours / theirs for ours, theirs in zip(self.turns, other.turns, strict=True)]

    @property
    def core_ms(self) -> float:
        """CPU time per response in milliseconds; 0 if the system does not report it."""
        return self.core_seconds / len(self.times) * 1_000

    def quantile(self, share: float) -> float:
        """Return a quantile of the latencies, in milliseconds."""
        return quantile(self.times, share)

    def write_quantile(self, share: float) -> float:
        """Return a quantile of the latencies of writes, in milliseconds; 0 where there were none."""
        return quantile(self.write_times, share) if self.write_times else 0.0

    def figures(self, name: str) -> list[Figure]:
        """Return the absolute figures, which are shown beside the ratios."""
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
    """A GraphQL request by POST: a document with its variables, and headers for the viewer."""

    document: str
    headers: Mapping[str, str]
    variables: Mapping[str, object] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The body in JSON."""
        return orjson.dumps({"query": self.document, "variables": self.variables})

    @property
    def wire(self) -> str:
        """The whole HTTP request, with one character per byte."""
        body = self.body
        headers = {"host": LOOPBACK, "content-type": "application/json", "content-length": str(len(body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return (f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + body).decode("latin-1")


def ask(port: int, request: Request) -> dict[str, object]:
    """Send the request once, and return the data.

    Raises:
        RuntimeError: the response has errors.

    """
    data: dict[str, object] = orjson.loads(answer_of(port, request))["data"]
    return data


def answer_of(port: int, request: Request) -> bytes:
    """Send the request once, and return the body of the response.

    Raises:
        RuntimeError: the response has errors.

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


async def measure_load(
    ports: Mapping[str, int],
    requests: Mapping[str, Sequence[Request]],
    *,
    writes: Mapping[str, Sequence[Request]] | None = None,
    connections: int,
    turn: float,
    rounds: int,
    slices: int = 1,
    apart: bool = False,
    warm: int = 0,
) -> dict[str, Load]:
    """Run each server for a turn of `turn` seconds in each round, after a shorter one for warm-up, which is not counted.

    The turns of a round are cut into slices that alternate, so that what the machine does for a second or two befalls all
    servers alike. A server with `writes` gets one of them after each hundred of the others. `apart` runs the client on another
    core than the servers. `warm` is the least number of responses before a server is measured, because JIT compilers count calls,
    not time.
    """
    loads = {name: Load() for name in ports}
    for name, port in ports.items():
        answered = 0
        while answered <= warm:
            warmed = await take_slice(port, requests[name], connections=connections, seconds=turn / 2, apart=apart)
            answered += len(warmed.times)
    order = list(ports)
    for _ in range(rounds):
        taken: dict[str, list[Slice]] = {name: [] for name in order}
        for _ in range(slices):
            for name in order:
                writing = (writes or {}).get(name, ())
                taken[name].append(
                    await take_slice(
                        ports[name], requests[name], writes=writing, connections=connections, seconds=turn / slices, apart=apart
                    )
                )
            order.reverse()
        for name in order:
            loads[name].add(taken[name])
    return loads


class Slice(NamedTuple):
    """What a client under load measured in one go: latencies in milliseconds, and CPU seconds of the server."""

    seconds: float
    times: list[float]
    write_times: list[float]
    core_seconds: float


async def take_slice(
    port: int,
    requests: Sequence[Request],
    *,
    writes: Sequence[Request] = (),
    connections: int,
    seconds: float,
    apart: bool,
    emptied: str | None = None,
) -> Slice:
    """Put a server under load for some seconds.

    With `emptied`, the address of a Redis, that is emptied whenever all connections have their answers, and all ask again
    together; the seconds are those in which answers were awaited.
    """
    job = {
        "port": port, "requests": [each.wire for each in requests], "writes": [each.wire for each in writes],
        "connections": connections, "seconds": seconds, "emptied": emptied,
    }  # fmt: skip
    before = core_seconds(port)
    with confined(CLIENT if apart else None):
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.load_client", cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    try:
        async with asyncio.timeout(seconds + PATIENCE):
            written, errors = await client.communicate(json.dumps(job).encode())
    finally:
        if client.returncode is None:
            client.kill()
            await client.wait()
    if client.returncode:
        raise RuntimeError(f"the client under load failed: {errors.decode().strip().splitlines()[-1:]}")
    return Slice(**json.loads(written), core_seconds=core_seconds(port) - before)
