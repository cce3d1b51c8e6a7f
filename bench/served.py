"""Runs web servers as separate processes: the product, and those that it is compared with."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.cores import SERVER, confined
from bench.testbed import Workspace
from stack.child import Child, Command
from stack.ports import LOOPBACK, Ports

ROOT = Path(__file__).parent.parent
_CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Program:
    """A program and its own environment variables. It listens on `ROOKERY_PORT`."""

    arguments: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def module(*arguments: str, **environ: str) -> Program:
    """Return a Python module of this project as a program, with arguments and environment variables."""
    return Program((sys.executable, "-m", *arguments), environ)


PRODUCT = module("cli", "serve")


@dataclass(frozen=True, slots=True)
class WebServer:
    """A program on its own port, for `stack.child.Child`."""

    name: str
    program: Program
    environ: Mapping[str, str]
    port: int
    log: Path
    grace_seconds: float = 10
    start_seconds: float = 60

    def prepare(self) -> None:
        """Prepare nothing."""

    def command(self) -> Command:
        """Return the program to run."""
        own = {"ROOKERY_PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        return Command(self.program.arguments, {**self.environ, **self.program.environ, **own})

    def is_healthy(self) -> bool:
        """Return whether it answers HTTP, with any status."""
        return _status(self.port, "/livez") is not None


def is_ready(port: int) -> bool:
    """Return whether the product on a port has made the plans of its statements, and is ready for all requests."""
    return _status(port, "/readyz") == HTTPStatus.OK


def _status(port: int, path: str) -> int | None:
    """Return the status of an answer, None without one."""
    connection = HTTPConnection(LOOPBACK, port, timeout=_CHECK_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return answer.status


@contextmanager
def served(place: Workspace, programs: Mapping[str, Program], *, one_core: bool = False) -> Iterator[Mapping[str, int]]:
    """Start programs and yield their ports by name; they end with the block, or with this process.

    With `one_core`, all run on the same core, if the system supports it.
    """
    with ExitStack() as open_:
        held = os.open(os.devnull, os.O_RDONLY)
        open_.callback(os.close, held)
        ports = {}
        for name, program in programs.items():
            ports[name] = port = Ports.any_free().resolved().redis
            child = Child(WebServer(name, program, place.environ, port, place.folder / f"{name}.log"), held)
            open_.callback(child.stop)
            with confined(SERVER if one_core else None):
                child.start()
        yield ports
