"""Web servers as processes of their own: the product as it is served, and what it is compared with."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.cores import SERVER, confined
from bench.testbed import Place
from stack.child import Child, Command
from stack.ports import LOOPBACK, Ports

ROOT = Path(__file__).parent.parent
_CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and the settings that only it gets. It listens on `ROOKERY_PORT`."""

    arguments: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def module(*arguments: str, **environ: str) -> Program:
    """Give a program that is a Python module of this project, with its arguments."""
    return Program((sys.executable, "-m", *arguments), environ)


PRODUCT = module("cli", "serve")


@dataclass(frozen=True, slots=True)
class WebServer:
    """A program on a port of its own, for `stack.child.Child`."""

    name: str
    program: Program
    environ: Mapping[str, str]
    port: int
    log: Path
    grace_seconds: float = 10
    start_seconds: float = 60

    def prepare(self) -> None:
        """Need nothing."""

    def command(self) -> Command:
        """Give what to run."""
        own = {"ROOKERY_PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        return Command(self.program.arguments, {**self.environ, **self.program.environ, **own})

    def is_healthy(self) -> bool:
        """Tell whether it answers HTTP, whatever it says."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=_CHECK_SECONDS)
        try:
            connection.request("GET", "/livez")
            connection.getresponse().read()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        return True


@contextmanager
def served(place: Place, programs: Mapping[str, Program], *, one_core: bool = False) -> Iterator[Mapping[str, int]]:
    """Start programs by name, and give the port of each; they end with the block, and with this process.

    With `one_core` each is kept to the same one, where the system can.
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
