"""How many cores this process may use."""

import os
from math import ceil
from pathlib import Path

# Where Linux tells a container its share of the processor's time, in microseconds of each period.
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cores(quota: Path = _QUOTA) -> int:
    """Give the cores that the machine, a CPU mask and the quota of a container leave us, at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, _granted(quota) or allowed))


def _granted(quota: Path) -> int | None:
    """Read a quota; None when there is none."""
    try:
        time, period = quota.read_text("ascii").split()
        return ceil(int(time) / int(period))
    except (OSError, ValueError):
        return None  # another system, an older cgroup, or "max"
