"""One server as a child, behind its guardian: started, asked whether it is well, stopped, killed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from stack.errors import ServerDied, ServerUnhealthy, StackError

_GUARDIAN = Path(__file__).parent / "guardian.py"
_HEALTH_POLL_SECONDS = 0.05
"""Time between two health checks at start: small beside the fastest server's 50 ms."""
_LOG_TAIL_BYTES = 4_000
"""As much of a log as fits a screen."""
_REAP_SECONDS = 10
"""Time beyond a server's grace in which its guardian must have killed it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and what it gets in the environment beside ours."""

    arguments: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)


class Server(Protocol):
    """A server that can be a child."""

    @property
    def name(self) -> str:
        """The name in messages."""

    @property
    def log(self) -> Path:
        """The file that gets its output."""

    @property
    def grace_seconds(self) -> float:
        """Time for a clean stop before it is killed."""

    @property
    def start_seconds(self) -> float:
        """Time in which it must have become healthy."""

    def prepare(self) -> None:
        """Write the configuration, and what a first start needs."""

    def command(self) -> Command:
        """Give what to run."""

    def is_healthy(self) -> bool:
        """Ask the server, within a short timeout, whether it serves."""


class Child:
    """A server that runs for as long as this process, at most."""

    def __init__(self, server: Server, keep_open: int) -> None:
        """Guard this server; the guardian keeps the descriptor `keep_open` open until the server has ended."""
        self._server = server
        self._keep_open = keep_open
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Tell whether the server was started and has not ended."""
        return self._guardian is not None and self._guardian.poll() is None

    def start(self, given_up: threading.Event) -> None:
        """Start the server and return when it is healthy, or when `given_up` is set.

        Raises:
            ServerDied: it ended before.
            ServerUnhealthy: it does not answer within its `start_seconds`.

        """
        if self.is_running:
            return
        self._release()
        self._server.prepare()
        self._server.log.parent.mkdir(parents=True, exist_ok=True)
        with self._server.log.open("ab") as log:
            self._guardian = self._guarded(log)
        try:
            self._wait_healthy(self._guardian, given_up)
        except StackError:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask for a clean stop, wait for it, and kill after the server's grace."""
        self._order(b"s")

    def kill(self) -> None:
        """Kill with SIGKILL, and wait until it is gone."""
        self._order(b"k")

    def _guarded(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        command = self._server.command()
        guardian = [sys.executable, "-I", "-S", str(_GUARDIAN), str(self._server.grace_seconds), str(os.getpid())]
        return subprocess.Popen(  # noqa: S603 no shell, and a program that we found
            [*guardian, *command.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **command.environ},
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we order the stop.
            start_new_session=True,
            pass_fds=(self._keep_open,),
        )

    def _wait_healthy(self, guardian: "subprocess.Popen[bytes]", given_up: threading.Event) -> None:
        deadline = time.monotonic() + self._server.start_seconds
        while not self._server.is_healthy():
            if guardian.poll() is not None:
                raise ServerDied(self._server.name, guardian.returncode, self._log_tail())
            if time.monotonic() > deadline:
                raise ServerUnhealthy(self._server.name, self._server.start_seconds, self._log_tail())
            if given_up.wait(_HEALTH_POLL_SECONDS):
                return

    def _order(self, order: bytes) -> None:
        guardian = self._guardian
        if guardian is None or guardian.stdin is None:
            return
        if guardian.poll() is None:
            try:
                os.write(guardian.stdin.fileno(), order)
            except BrokenPipeError:
                # It ended in this moment, and with it the server.
                guardian.wait(_REAP_SECONDS)
            else:
                guardian.wait(self._server.grace_seconds + _REAP_SECONDS)
        self._release()

    def _release(self) -> None:
        if self._guardian is not None:
            for pipe in (self._guardian.stdin, self._guardian.stdout):
                if pipe is not None:
                    pipe.close()
        self._guardian = None

    def _log_tail(self) -> str:
        with self._server.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
            return log.read().decode(errors="replace").strip()
