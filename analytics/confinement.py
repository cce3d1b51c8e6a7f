"""Limits that a process which works for analysts sets itself, for good: so that the product does not feel it."""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

NICE = 19
MEGABYTE = 1 << 20


def confine(megabytes: int) -> None:
    """Let this process have the lowest priority, and so much memory; where the machine has none left, it ends before others."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE, megabytes * MEGABYTE))
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
