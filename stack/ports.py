"""The ports of the servers: fixed ones, or free ones."""

import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields

from stack.errors import PortTaken, StackError

LOOPBACK = "127.0.0.1"
"""The only address that the servers listen on."""
_FREE_PORTS = range(20_000, 30_000)
"""Range for free ports, below the ports that systems give to clients (from 32768 on Linux, 49152 on macOS). Otherwise a client
that reconnects to a stopped server could be given the server's port and connect to itself."""
_CALL_SECONDS = 1.0
"""Loopback accepts or refuses in microseconds."""
_LAST_PORT = 65_535
_TRIES = 200
"""Random ports to try before giving up."""


@dataclass(frozen=True, slots=True)
class Ports:
    """A TCP port for each server; 0 means any free port."""

    neo4j: int = 7687
    redis: int = 6380
    s3: int = 9000
    mail: int = 1025

    @classmethod
    def any_free(cls) -> "Ports":
        """Use a free port for each server, as tests do."""
        return cls(neo4j=0, redis=0, s3=0, mail=0)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Ports":
        """Read `ROOKERY_STACK_NEO4J_PORT`, `…_REDIS_PORT`, `…_S3_PORT` and `…_MAIL_PORT`."""
        named = {each.name: environ.get(setting_of(each.name)) for each in fields(cls)}
        return cls(**{name: _parse_port(setting_of(name), port) for name, port in named.items() if port})

    def resolved(self) -> "Ports":
        """Replace each 0 by a free port, and check that the others are free.

        Raises:
            PortTaken: another program uses one of them.

        """
        chosen: set[int] = set()
        for each in fields(self):
            wanted: int = getattr(self, each.name)
            if wanted and not _is_free(wanted):
                raise PortTaken(wanted, setting_of(each.name))
            chosen.add(wanted)
        return Ports(**{each.name: getattr(self, each.name) or _draw_free(chosen) for each in fields(self)})


def setting_of(server: str) -> str:
    """Return the name of the setting for this server's port."""
    return f"ROOKERY_STACK_{server.upper()}_PORT"


def _parse_port(setting: str, text: str) -> int:
    if text.isdecimal() and int(text) <= _LAST_PORT:
        return int(text)
    message = f"{setting} must be a port from 1 to {_LAST_PORT}, or 0 for any free one; it is {text!r}"
    raise StackError(message)


def _draw_free(chosen: set[int]) -> int:
    for _ in range(_TRIES):
        port = random.choice(_FREE_PORTS)  # noqa: S311 no secret
        if port not in chosen and _is_free(port):
            chosen.add(port)
            return port
    raise PortTaken(_FREE_PORTS.start, "ROOKERY_STACK_*_PORT")


def _is_free(port: int) -> bool:
    """Return whether a server could listen on this port.

    It connects first, because macOS lets two programs listen when one of them uses all addresses. SO_REUSEADDR, which
    servers set too, ignores connections that are closed.
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
