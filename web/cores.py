"""Finds how many cores this process may use."""

import os
from math import ceil
from pathlib import Path

# Linux: the CPU time that a container gets in each period, both in microseconds.
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cores(quota: Path = _QUOTA) -> int:
    """Return the number of cores that the machine, the CPU mask and a container's quota allow, at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, _granted(quota) or allowed))


def _granted(quota: Path) -> int | None:
    """Read the quota as a number of cores; None when there is none."""
    try:
        time, period = quota.read_text("ascii").split()
        return ceil(int(time) / int(period))
    except (OSError, ValueError):
        return None  # another system, an older cgroup, or "max"
