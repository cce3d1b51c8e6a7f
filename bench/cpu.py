"""Measures the CPU time of a server, which does not depend on other work on the machine."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
_USER, _SYSTEM = 11, 12
"""Positions of user and system time in `/proc/PID/stat`, after the name."""
_SOCKETS = ("net/tcp", "net/tcp6")
_ADDRESS, _STATE, _INODE = 1, 3, 9
"""Positions of the local address, the state and the inode in a line of `/proc/net/tcp`."""
_LISTENS = "0A"


def core_seconds(port: int) -> float:
    """Return the CPU time of all processes that `bench.served` started with this port; 0 if the system has no `/proc`."""
    return sum(map(_seconds, processes(port)))


def processes(port: int) -> list[Path]:
    """Return the folders in `/proc` of all processes that `bench.served` started with this port."""
    variable = f"ROOKERY_PORT={port}".encode()
    return [process for process in PROC.glob("[0-9]*") if variable in _environ(process)]


def listener(port: int) -> Path | None:
    """Return the folder in `/proc` of the process of this user that listens on a port; None without one, or without `/proc`."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    return next((process for process in PROC.glob("[0-9]*") if sockets and not sockets.isdisjoint(_open(process))), None)


def seconds_of(process: Path | None) -> float:
    """Return the CPU time of a process by its folder in `/proc`; 0 without one, or where it has ended."""
    return 0.0 if process is None else _seconds(process)


def _listening(port: int) -> Iterator[str]:
    for name in _SOCKETS:
        table = PROC / name
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            if fields[_STATE] == _LISTENS and int(fields[_ADDRESS].rpartition(":")[2], 16) == port:
                yield fields[_INODE]


def _open(process: Path) -> Iterator[str]:
    """Yield what the open files of a process are."""
    with suppress(OSError):  # it belongs to another user, or has ended
        for file in (process / "fd").iterdir():
            with suppress(OSError):  # it was closed meanwhile
                yield str(file.readlink())


def _environ(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it belongs to another user, or has ended
        return []


def _seconds(process: Path) -> float:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")
