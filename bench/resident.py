"""Measures the resident memory of a server."""

import os
from pathlib import Path

from bench.cpu import processes

_RESIDENT = 1
"""Position of the resident pages in `/proc/PID/statm`."""


def resident_kib(port: int) -> float:
    """Return the resident memory of all processes that `bench.served` started with this port; 0 without `/proc`."""
    return sum(map(_kib, processes(port)))


def _kib(process: Path) -> float:
    try:
        pages = int((process / "statm").read_text().split()[_RESIDENT])
    except OSError:  # it has ended
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_024
