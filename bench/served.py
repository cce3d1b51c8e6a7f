"""Web servers as processes of their own: the product as it is served, and what it is compared with."""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.ground import Ground
from stack.child import Child, Command
from stack.ports import LOOPBACK, Ports

ROOT = Path(__file__).parent.parent
PRODUCT = ("cli", "serve")
"""The module and arguments of the product; others are modules of this folder."""
_CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WebServer:
    """A server of the product's settings on a port of its own, for `stack.child.Child`."""

    name: str
    arguments: tuple[str, ...]
    environ: Mapping[str, str]
    port: int
    log: Path
    grace_seconds: float = 10
    start_seconds: float = 60

    def prepare(self) -> None:
        """Need nothing."""

    def command(self) -> Command:
        """Give what to run."""
        environ = {**self.environ, "ROOKERY_PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        return Command([sys.executable, "-m", *self.arguments], environ)

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
def served(ground: Ground, programs: Mapping[str, tuple[str, ...]]) -> Iterator[Mapping[str, int]]:
    """Start programs by name, and give the port of each; they end with the block, and with this process."""
    with ExitStack() as open_:
        held = os.open(os.devnull, os.O_RDONLY)
        open_.callback(os.close, held)
        ports = {}
        for name, arguments in programs.items():
            ports[name] = port = Ports.any_free().resolved().redis
            child = Child(WebServer(name, arguments, ground.environ, port, ground.folder / f"{name}.log"), held)
            open_.callback(child.stop)
            child.start(threading.Event())
        yield ports
