"""One server as a child process behind its guardian: it is started, health-checked, stopped and killed here."""

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
from stack.private import UMASK, open_log

_GUARDIAN = Path(__file__).parent / "guardian.py"
_HEALTH_POLL_SECONDS = 0.05
"""Time between two health checks while a server starts; the fastest server needs 50 ms."""
_LOG_TAIL_BYTES = 4_000
"""The end of a log that an error shows: about one screen."""
_HARMLESS = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")
"""Variables that hold no secrets."""
_REAP_SECONDS = 10
"""Time that a guardian gets, after the server's grace, to kill the server and end."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and the variables it gets besides our own environment."""

    arguments: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = True
    """Whether it gets our own environment, in which secrets may be; else it gets what any program needs."""

    @property
    def whole_environ(self) -> Mapping[str, str]:
        """Return all variables that it gets."""
        ours = os.environ if self.trusted else {name: os.environ[name] for name in _HARMLESS if name in os.environ}
        return {**ours, **self.environ}


class Server(Protocol):
    """What `Child` needs to know of a server."""

    @property
    def name(self) -> str:
        """The name that messages show."""

    @property
    def log(self) -> Path:
        """The file that receives its output."""

    @property
    def grace_seconds(self) -> float:
        """Time for a clean stop before it is killed."""

    @property
    def start_seconds(self) -> float:
        """Time within which it must be healthy after its start."""

    def prepare(self) -> None:
        """Write the configuration and whatever the first start needs."""

    def command(self) -> Command:
        """Return the program to run."""

    def is_healthy(self) -> bool:
        """Return whether the server answers, asking with a short timeout."""


class Child:
    """A server process that ends no later than this process."""

    def __init__(self, server: Server, keep_open: int, given_up: threading.Event | None = None) -> None:
        """Guard this server.

        The guardian keeps the file descriptor `keep_open` open until the server has ended. Setting `given_up` ends the wait
        for a healthy server.
        """
        self._server = server
        self._keep_open = keep_open
        self._given_up = given_up or threading.Event()
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the server was started and has not ended."""
        return self._guardian is not None and self._guardian.poll() is None

    def death(self) -> ServerDied | None:
        """Return why a started server does not run any more, with the end of its log, or None."""
        if self._guardian is None or self._guardian.poll() is None:
            return None
        return ServerDied(self._server.name, self._guardian.returncode, self._log_tail())

    def start(self) -> None:
        """Start the server and return when it is healthy, or when `given_up` is set. A running server is left alone.

        Raises:
            ServerDied: it ended before it was healthy.
            ServerUnhealthy: it was not healthy within its `start_seconds`.

        """
        if self.is_running:
            return
        self._release()
        self._server.prepare()
        with open_log(self._server.log) as log:
            self._guardian = self._guarded(log)
        try:
            self._wait_healthy(self._guardian)
        except StackError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server cleanly and wait; kill it when its grace is over."""
        self._order(b"s")

    def kill(self) -> None:
        """Kill the server with SIGKILL and wait until it has ended."""
        self._order(b"k")

    def _guarded(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        command = self._server.command()
        guardian = [sys.executable, "-I", "-S", str(_GUARDIAN), str(self._server.grace_seconds), str(os.getpid())]
        return subprocess.Popen(  # noqa: S603 no shell, and a program that we found
            [*guardian, *command.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=command.whole_environ,
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we order the stop.
            start_new_session=True,
            umask=UMASK,
            pass_fds=(self._keep_open,),
        )

    def _wait_healthy(self, guardian: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + self._server.start_seconds
        while not self._server.is_healthy():
            if guardian.poll() is not None:
                raise ServerDied(self._server.name, guardian.returncode, self._log_tail())
            if time.monotonic() > deadline:
                raise ServerUnhealthy(self._server.name, self._server.start_seconds, self._log_tail())
            if self._given_up.wait(_HEALTH_POLL_SECONDS):
                return

    def _order(self, order: bytes) -> None:
        guardian = self._guardian
        if guardian is None or guardian.stdin is None:
            return
        if guardian.poll() is None:
            try:
                os.write(guardian.stdin.fileno(), order)
            except BrokenPipeError:
                # The guardian has just ended, and the server with it.
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
