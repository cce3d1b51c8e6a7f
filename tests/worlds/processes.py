"""The command `rookery` in processes of its own, which tests start and kill."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.settings import Settings
from tests.worlds.coverage import PROGRAMS
from tests.worlds.waiting import until

COMMAND = [sys.executable, "-m", "cli"]
ROOT = Path(__file__).parents[2]
START_SECONDS = 180
"""Longest wait for a process on a loaded machine."""


def environment(settings: Settings) -> dict[str, str]:
    """Give the variables with which a process uses the same servers."""
    names = ["neo4j_uri", "neo4j_user", "s3_endpoint", "s3_access_key", "s3_region", "s3_bucket"]
    secrets = ["neo4j_password", "redis_url", "s3_secret_key", "token_secret", "seal_secret"]
    given = {name: getattr(settings, name) for name in names}
    given |= {name: getattr(settings, name).get_secret_value() for name in secrets}
    return {**os.environ, **{f"ROOKERY_{name.upper()}": value for name, value in given.items()}}


def unmeasured(environ: Mapping[str, str]) -> dict[str, str]:
    """Give variables without that by which coverage measures a process: one that is killed tells nothing, and starts slowly."""
    return {name: value for name, value in environ.items() if name != PROGRAMS}


def children_with(word: str) -> list[int]:
    """Give the ids of the children of this process that have a word on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parent = path.read_text().rpartition(")")[2].split()[1]
            if parent == str(os.getpid()) and word in (path.parent / "cmdline").read_text():
                found.append(int(path.parent.name))
    return found


@dataclass(frozen=True, slots=True)
class RookeryProcess:
    """A worker or a web process, and the file that it logs to."""

    process: Process
    log: Path

    @property
    def logged(self) -> str:
        """What it has logged so far."""
        return self.log.read_text("utf-8")

    async def kill(self) -> None:
        """Kill it, if it lives, and wait for its end."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def start_worker(settings: Settings, log: Path) -> RookeryProcess:
    """Start a worker, and wait until it works."""
    worker = await _started(settings, log, "worker")
    return await _ready(worker, lambda: worker.process.returncode is not None or "worker_started" in worker.logged)


async def start_web(settings: Settings, log: Path, address: str) -> RookeryProcess:
    """Start a web process on a host and port of this machine, and wait until it is ready."""
    port = address.rpartition(":")[2]
    web = await _started(settings, log, "serve", ROOKERY_PORT=port, ROOKERY_PROCESSES="1")
    async with httpx.AsyncClient(trust_env=False, timeout=START_SECONDS) as http:

        async def is_ready_or_over() -> bool:
            with suppress(httpx.TransportError):
                return (await http.get(f"http://{address}/readyz")).status_code == httpx.codes.OK
            return web.process.returncode is not None

        return await _ready(web, is_ready_or_over)


def free_address() -> str:
    """Return a host and port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


async def _started(settings: Settings, log: Path, *arguments: str, **environ: str) -> RookeryProcess:
    given = unmeasured({**environment(settings), **environ})
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(*COMMAND, *arguments, env=given, cwd=ROOT, stdout=file, stderr=file)
    return RookeryProcess(process, log)


async def _ready(started: RookeryProcess, is_ready_or_over: Callable[[], object]) -> RookeryProcess:
    """Return a process that is ready; one that is not in time is killed."""
    try:
        await until(is_ready_or_over, START_SECONDS)
        assert started.process.returncode is None, started.logged
    except BaseException:
        await started.kill()
        raise
    return started
