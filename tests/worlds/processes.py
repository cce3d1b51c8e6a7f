"""The command `rookery` in processes of its own, which tests start and kill."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path

from services.settings import Settings
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


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A worker, and the file that it logs to."""

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


async def start_worker(settings: Settings, log: Path) -> WorkerProcess:
    """Start a worker, and wait until it works."""
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "worker", env=environment(settings), cwd=ROOT, stdout=file, stderr=file
        )
    worker = WorkerProcess(process, log)
    await until(lambda: process.returncode is not None or "worker_started" in worker.logged, START_SECONDS)
    assert process.returncode is None, worker.logged
    return worker
