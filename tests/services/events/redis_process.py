"""A redis-server of these tests alone, since they stop it, kill it and empty it."""

import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs import redis_program

START_TIMEOUT = 10.0
"""Seconds until a redis-server must answer."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class RedisProcess:
    """A server that keeps its data in a folder (append-only file) over restarts."""

    folder: Path
    port: int = field(default_factory=_free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and wait until it answers."""
        if self._process is not None:
            return
        words = [
            redis_program(),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
            "--appendonly",
            "yes",
        ]
        self._process = subprocess.Popen([*words, "--save", ""], stdout=subprocess.DEVNULL)
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    probe.sendall(b"PING\r\n")
                    if probe.recv(16).startswith(b"+PONG"):  # not while it loads what it kept
                        return
            time.sleep(0.02)
        raise TimeoutError("redis-server does not listen")

    def stop(self) -> None:
        """Stop it and wait for its end."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_TIMEOUT)
            self._process = None

    def forget(self) -> None:
        """Remove the data of a stopped server."""
        for file in sorted(self.folder.rglob("*"), reverse=True):
            if file.is_file():
                file.unlink()
