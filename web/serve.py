"""Runs the application under uvicorn, in one process or one per core, and stops it gracefully."""

import asyncio
import gc
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from types import FrameType
from typing import TypeAlias, cast

import structlog
import uvicorn
from starlette.types import ASGIApp

from web.bounded_protocol import BoundedProtocol
from web.bounded_socket import BoundedSocketProtocol
from web.drain import Drain
from web.limits import ConnectionLimits
from web.open_files import raise_open_files
from web.processes import Processes
from web.refusal_log import RefusalLog

MakeApp: TypeAlias = Callable[[Drain], ASGIApp]
# Time after draining to close connections and the pools of the application.
_CLOSING_SECONDS = 5
# How often a drain checks whether a second signal asks to stop at once.
_FORCE_CHECK_SECONDS = 0.2
# Thresholds of the three generations of the garbage collector, see `gc.set_threshold`.
_COLLECTIONS = (10_000, 20, 100)
_log = structlog.get_logger("web.serve")


class AddressTaken(Exception):
    """The server cannot listen on the address; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve."""

    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    drain_delay_seconds: float = 0.0
    """How long everything is still served after the signal to stop, while readiness fails so that load balancers notice."""
    drain_seconds: float = 20.0
    """How long requests in flight may take after the signal to stop."""
    drain_spread_seconds: float = 5.0
    """Time over which streams are sent away in that time, so that not all come back at once; at most half of it."""
    socket_bytes: int = 262_144
    """Largest message on a WebSocket: the same as the largest body."""
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    connections: int | None = None
    """Most connections of a process; further requests get 503."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose `X-Forwarded-*` headers are trusted."""


class DrainingServer(uvicorn.Server):
    """A server that waits for operations in flight before it closes connections."""

    def __init__(self, config: uvicorn.Config, drain: Drain, seconds: float, *, delay_seconds: float = 0.0) -> None:
        """Take the drain that the application uses too, the seconds that draining may take, and those before it."""
        super().__init__(config)
        self._drain = drain
        self._seconds = seconds
        self._delay_seconds = delay_seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Refuse new operations, end streams, and wait; the listener stays open to send the refusals."""
        await self._announce()
        self._drain.begin()
        _log.info("draining", in_flight=self._drain.in_flight)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        while not await self._drain.wait_idle(_FORCE_CHECK_SECONDS):
            if self.force_exit or loop.time() > end:
                _log.warning("drain cut short", in_flight=self._drain.in_flight)
                break
        await super().shutdown(sockets)

    async def _announce(self) -> None:
        """Let readiness fail and serve on, until load balancers have noticed or a second signal comes."""
        self._drain.announce()
        for _ in range(ceil(self._delay_seconds / _FORCE_CHECK_SECONDS)):
            if self.force_exit:
                return
            await asyncio.sleep(_FORCE_CHECK_SECONDS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (the signature of a handler)
        """Drain at the first signal, and stop at once at the second.

        Uvicorn would raise the signal again at its end, which kills the process before its caller has cleaned up.
        """
        self.force_exit = self.should_exit
        self.should_exit = True


def run(make_app: MakeApp, options: ServeOptions) -> None:
    """Serve until a signal to stop.

    `make_app` is called in each process; for more than one process it must be importable.

    Raises:
        AddressTaken: the server cannot listen on the address.

    """
    listener = listen(options.host, options.port)
    if options.processes == 1:
        serve_process(make_app, options, [listener])
        return
    # Set before any child imports the Prometheus client, which then writes its values to files that can be added up.
    with tempfile.TemporaryDirectory(prefix="rookery-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        target = partial(serve_process, make_app, options, [listener])
        grace_seconds = options.drain_delay_seconds + options.drain_seconds + _CLOSING_SECONDS
        Processes(target, options.processes, grace_seconds=grace_seconds).run()


def serve_process(make_app: MakeApp, options: ServeOptions, sockets: list[socket.socket]) -> None:
    """Serve in this process, on sockets that listen already."""
    drain = Drain(min(options.drain_spread_seconds, options.drain_seconds / 2))
    config = config_of(make_app(drain), options)
    server = DrainingServer(config, drain, options.drain_seconds, delay_seconds=options.drain_delay_seconds)
    _collect_rarely()
    raise_open_files()
    server.run(sockets)


def _collect_rarely() -> None:
    """Exclude the objects of the start from garbage collection, and collect the others less often.

    Reference counting frees what requests allocate. Searching the schema and the modules for cycles again and again took a
    fifth of the time of a busy process and made the slowest answers slower.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket.

    Raises:
        AddressTaken: the address is in use, or not ours.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Cannot listen on {host}:{port}: {error.strerror}. Set ROOKERY_PORT to another, or stop what uses it."
        raise AddressTaken(message) from error
    listener.set_inheritable(True)
    return listener


def config_of(app: ASGIApp, options: ServeOptions) -> uvicorn.Config:
    """Translate the options for uvicorn."""
    protocol = partial(BoundedProtocol, limits=options.limits, log=RefusalLog())
    return uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        loop="uvloop",
        http=cast("type[asyncio.Protocol]", protocol),  # uvicorn only calls it
        ws=cast("type[asyncio.Protocol]", partial(BoundedSocketProtocol, limits=options.limits)),
        ws_max_size=options.socket_bytes,
        # Pages cannot see the pings of the WebSocket protocol, and a client that is busy reading a burst would miss their limit.
        # Those of GraphQL take their place, see `socket_connection.py`.
        ws_ping_interval=None,
        ws_ping_timeout=None,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=options.trusted_proxies,
        limit_concurrency=options.connections,
        timeout_keep_alive=options.limits.keep_alive_seconds,
        timeout_graceful_shutdown=_CLOSING_SECONDS,
    )
