"""`rookery serve` and `rookery worker`: run the two programs."""

import asyncio
import signal
from functools import partial

import uvloop
from prometheus_client import start_http_server
from starlette.types import ASGIApp

from app import create_app
from services.settings import Settings
from web.cores import cores
from web.drain import Drain
from web.limits import ConnectionLimits
from web.logs import configure_logs
from web.serve import ServeOptions, run
from worker import run_worker


def serve(settings: Settings) -> None:
    """Serve until a signal: the first one drains, the second one stops at once."""
    options = ServeOptions(
        host=settings.host,
        port=settings.port,
        processes=settings.processes or cores(),
        drain_delay_seconds=settings.drain_delay_seconds,
        drain_seconds=settings.drain_timeout,
        drain_spread_seconds=settings.drain_spread,
        socket_bytes=settings.max_body,
        limits=ConnectionLimits(
            request_line_bytes=settings.max_request_line,
            header_bytes=settings.max_header,
            headers=settings.max_headers,
            head_bytes=settings.max_head,
            head_seconds=settings.head_timeout,
            keep_alive_seconds=settings.keep_alive_timeout,
        ),
        trusted_proxies=settings.trusted_proxies,
    )
    run(partial(make_app, settings), options)


def make_app(settings: Settings, drain: Drain) -> ASGIApp:
    """Build the application of one process."""
    _logs(settings)
    return create_app(settings, drain)


def work(settings: Settings) -> None:
    """Run the worker until a signal; work that has begun is finished."""
    _logs(settings)

    if settings.worker_metrics_port is not None:
        start_http_server(settings.worker_metrics_port, settings.host)

    async def until_stopped() -> None:
        task = asyncio.ensure_future(run_worker(settings))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return

    uvloop.run(until_stopped())


def _logs(settings: Settings) -> None:
    configure_logs("terminal" if settings.environment == "development" else "json")
