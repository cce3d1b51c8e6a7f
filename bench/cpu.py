"""Measures the CPU time of a server, which does not depend on other work on the machine."""

import os
from pathlib import Path

PROC = Path("/proc")
_USER, _SYSTEM = 11, 12
"""Positions of user and system time in `/proc/PID/stat`, after the name."""


def core_seconds(port: int) -> float:
    """Return the CPU time of all processes that `bench.served` started with this port; 0 if the system has no `/proc`."""
    return sum(map(_seconds, processes(port)))


def processes(port: int) -> list[Path]:
    """Return the folders in `/proc` of all processes that `bench.served` started with this port."""
    variable = f"ROOKERY_PORT={port}".encode()
    return [process for process in PROC.glob("[0-9]*") if variable in _environ(process)]


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
