"""How long the cores worked for a server: a figure that other work on the machine leaves alone."""

import os
from pathlib import Path

PROC = Path("/proc")
_USER, _SYSTEM = 11, 12
"""Places of the two times in `/proc/PID/stat`, counted behind the name."""


def core_seconds(port: int) -> float:
    """Give the time of all processes that were told this port by `bench.served`; 0 where the system does not say."""
    told = f"ROOKERY_PORT={port}".encode()
    return sum(_seconds(process) for process in PROC.glob("[0-9]*") if told in _environ(process))


def _environ(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # another's, or it has ended
        return []


def _seconds(process: Path) -> float:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")
