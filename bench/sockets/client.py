"""The load generator of live streams: opens sockets, and counts what arrives at them.

    python -m bench.sockets.client

A process of its own, so that no server waits for what measures it. It reads commands from its input, one line of JSON each, and
answers each with a line of JSON. All sockets close when the input ends.
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import orjson
import uvloop

from bench.sockets.arrivals import Arrivals
from bench.sockets.connection import subscribing
from bench.sockets.listener import Listener
from bench.sockets.tally import Tally
from stack.ports import LOOPBACK
from web.open_files import raise_open_files

AT_ONCE = 64
"""Sockets that are opened at the same time: well below what waits at a listening socket."""
LONGEST_LINE = 1 << 26
"""Bytes of a command or of an answer at most."""


class Client:
    """All sockets to one server."""

    def __init__(self) -> None:
        """Begin without sockets."""
        self._arrivals, self._tally = Arrivals(), Tally()
        self._listeners: list[Listener] = []

    async def open(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """Open a socket with each of the `tokens`, and return when all have subscribed; with `tally`, posts come in any order."""
        subscribe = subscribing(command["document"], command["variables"])
        gate, loop = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop()
        arrivals = self._tally if command["tally"] else self._arrivals

        async def join(token: str) -> None:
            async with gate:
                joined = loop.create_future()
                made = partial(Listener, command["port"], token, subscribe, arrivals, joined)
                _, listener = await loop.create_connection(made, LOOPBACK, command["port"])
                self._listeners.append(listener)
                await joined

        await asyncio.gather(*map(join, command["tokens"]))
        return {"joined": len(self._listeners)}

    async def expect(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """Expect these `posts` at each socket from now on."""
        for listener in self._listeners:
            listener.place = 0
        self._arrivals.expect([post.encode() for post in command["posts"]], len(self._listeners), timed=command["timed"])
        return {}

    async def received(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """Wait until all has come, at most so many `seconds`, and return what has."""
        began, busy = time.perf_counter(), time.process_time()
        with suppress(TimeoutError):
            async with asyncio.timeout(command["seconds"]):
                await self._arrivals.complete.wait()
        now, arrivals = time.perf_counter(), self._arrivals
        return {
            "delivered": arrivals.delivered,
            "lost": arrivals.lost,
            "misplaced": arrivals.misplaced,
            "resyncs": arrivals.resyncs,
            "ended": arrivals.ended,
            "ends": arrivals.last if arrivals.complete.is_set() and not arrivals.ended else now,
            "busy": (time.process_time() - busy) / (now - began),
            "times": arrivals.times or [],
            "sample": arrivals.sample,
        }

    async def tallied(self, _command: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what has come."""
        return self._tally.summed()

    def leave(self) -> None:
        """Close all sockets."""
        for listener in self._listeners:
            listener.leave()


async def _run() -> None:
    loop, client = asyncio.get_running_loop(), Client()
    commands = asyncio.StreamReader(LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    actions = {"open": client.open, "expect": client.expect, "received": client.received, "tallied": client.tallied}
    while line := await commands.readline():
        command = orjson.loads(line)
        sys.stdout.buffer.write(orjson.dumps(await actions[command["do"]](command)) + b"\n")
        sys.stdout.buffer.flush()
    client.leave()
    await asyncio.sleep(0)  # the transports close in the next turn of the loop


if __name__ == "__main__":
    raise_open_files()
    uvloop.run(_run())
