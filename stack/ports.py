"""The ports of the three servers: those preferred, or free ones."""

import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields

from stack.errors import PortTaken, StackError

LOOPBACK = "127.0.0.1"
"""The only address that the servers listen on."""
_FREE_PORTS = range(20_000, 30_000)
"""Free ports are taken below those that systems lend to clients (from 32768 on Linux, 49152 on macOS): a client
that reconnects to a stopped server could be lent its very port and connect to itself."""
_CALL_SECONDS = 1.0
"""Loopback answers or refuses in microseconds."""
_LAST_PORT = 65_535
_TRIES = 200
"""Random ports looked at before giving up; one in a hundred busy would fail once in 10^400."""


@dataclass(frozen=True, slots=True)
class Ports:
    """A TCP port for each server; 0 means any free one."""

    neo4j: int = 7687
    redis: int = 6380
    s3: int = 9000

    @classmethod
    def any_free(cls) -> "Ports":
        """Ask for free ports, as tests do."""
        return cls(neo4j=0, redis=0, s3=0)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Ports":
        """Read `ROOKERY_STACK_NEO4J_PORT`, `…_REDIS_PORT` and `…_S3_PORT`."""
        named = {each.name: environ.get(setting_of(each.name)) for each in fields(cls)}
        return cls(**{name: _parse_port(setting_of(name), port) for name, port in named.items() if port})

    def resolved(self) -> "Ports":
        """Put a free port for each 0, and hold every other to be free.

        Raises:
            PortTaken: another program has one of them.

        """
        chosen: set[int] = set()
        for each in fields(self):
            wanted: int = getattr(self, each.name)
            if wanted and not _is_free(wanted):
                raise PortTaken(wanted, setting_of(each.name))
            chosen.add(wanted)
        return Ports(**{each.name: getattr(self, each.name) or _draw_free(chosen) for each in fields(self)})


def setting_of(server: str) -> str:
    """Give the name of the setting that moves this server's port."""
    return f"ROOKERY_STACK_{server.upper()}_PORT"


def _parse_port(setting: str, text: str) -> int:
    if text.isdecimal() and int(text) <= _LAST_PORT:
        return int(text)
    message = f"{setting} must be a port, 1 to {_LAST_PORT}, or 0 for any free one; it is {text!r}"
    raise StackError(message)


def _draw_free(chosen: set[int]) -> int:
    for _ in range(_TRIES):
        port = random.choice(_FREE_PORTS)  # noqa: S311 no secret
        if port not in chosen and _is_free(port):
            chosen.add(port)
            return port
    raise PortTaken(_FREE_PORTS.start, "ROOKERY_STACK_*_PORT")


def _is_free(port: int) -> bool:
    """Tell whether a server could listen here; SO_REUSEADDR, as servers do, looks past closed connections.

    On macOS that also lets us listen beside a program that listens on all addresses, so call as well.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
        caller.settimeout(_CALL_SECONDS)
        if caller.connect_ex((LOOPBACK, port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
