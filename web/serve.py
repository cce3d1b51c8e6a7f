"""Running the application under uvicorn, in one process or one a core, and stopping it gently."""

import asyncio
import gc
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import TypeAlias

import structlog
import uvicorn
from starlette.types import ASGIApp

from web.coalescing import CoalescingProtocol
from web.drain import Drain
from web.processes import Processes

MakeApp: TypeAlias = Callable[[Drain], ASGIApp]
# For what is left after draining: closing connections and the pools of the application.
_CLOSING_SECONDS = 5
# How often a drain looks whether a second signal asks for haste.
_HASTE_SECONDS = 0.2
# New objects before the youngest are looked through, and how many such looks go before one at the older ones and the oldest.
_COLLECTIONS = (10_000, 20, 100)
_log = structlog.get_logger("web.serve")


class AddressTaken(Exception):
    """The address cannot be listened on; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve."""

    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    drain_seconds: float = 20.0
    """How long open requests may take when the process is told to stop."""
    ping_seconds: float = 20.0
    """Between pings on a WebSocket; a client that answers none within as long again is gone."""
    socket_bytes: int = 262_144
    """Largest message on a WebSocket: the same as the largest body."""
    keep_alive_seconds: int = 65
    """Longer than the idle time of common load balancers (60), or they would meet closed connections."""
    connections: int | None = None
    """Most connections of a process; beyond it, 503."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose `X-Forwarded-*` headers are believed."""


class DrainingServer(uvicorn.Server):
    """A server that lets work finish before it closes its connections."""

    def __init__(self, config: uvicorn.Config, drain: Drain, seconds: float) -> None:
        """Take the drain that the application watches too."""
        super().__init__(config)
        self._drain = drain
        self._seconds = seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Refuse new work, send streams away and wait; the listener stays open so that refusals are heard."""
        self._drain.begin()
        _log.info("draining", open=self._drain.open)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        while not await self._drain.finish(_HASTE_SECONDS):
            if self.force_exit or loop.time() > end:
                _log.warning("drain broken off", open=self._drain.open)
                break
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (the signature of a handler)
        """Drain at the first signal and stop at the second.

        Uvicorn raises the signal again at its end, which would kill the process before its owner has cleaned up.
        """
        self.force_exit = self.should_exit
        self.should_exit = True


def run(make_app: MakeApp, options: ServeOptions) -> None:
    """Serve until told to stop.

    `make_app` is called in each process; with more than one it must be importable, a function of a module.
    Raises AddressTaken.
    """
    listener = listen(options.host, options.port)
    if options.processes == 1:
        serve_process(make_app, options, [listener])
        return
    # Before any child imports the client library: it then writes its numbers where every process can add them up.
    with tempfile.TemporaryDirectory(prefix="rookery-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        target = partial(serve_process, make_app, options, [listener])
        Processes(target, options.processes, grace_seconds=options.drain_seconds + _CLOSING_SECONDS).run()


def serve_process(make_app: MakeApp, options: ServeOptions, sockets: list[socket.socket]) -> None:
    """Serve in this process on sockets that listen already."""
    drain = Drain()
    server = DrainingServer(config_of(make_app(drain), options), drain, options.drain_seconds)
    _collect_rarely()
    server.run(sockets)


def _collect_rarely() -> None:
    """Let the garbage collector leave alone what the start made, and look at the rest less often.

    What requests make is freed by counting references. Going through the schema and the modules in search of cycles, time and
    again, took a fifth of a busy process and made the slowest answers slow.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, or say in one line why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Cannot listen on {host}:{port}: {error.strerror}. Set ROOKERY_PORT to another port, or stop what has it."
        raise AddressTaken(message) from error
    listener.set_inheritable(True)
    return listener


def config_of(app: ASGIApp, options: ServeOptions) -> uvicorn.Config:
    """Say to uvicorn what the options mean."""
    return uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        loop="uvloop",
        http=CoalescingProtocol,
        ws="websockets-sansio",
        ws_max_size=options.socket_bytes,
        ws_ping_interval=options.ping_seconds,
        ws_ping_timeout=options.ping_seconds,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=options.trusted_proxies,
        limit_concurrency=options.connections,
        timeout_keep_alive=options.keep_alive_seconds,
        timeout_graceful_shutdown=_CLOSING_SECONDS,
    )
