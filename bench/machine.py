"""Describes the machine in one line, without its name."""

import os
import platform
from pathlib import Path

GIGABYTE = 1 << 30


def machine() -> str:
    """Return cores, processor, memory, system and Python version."""
    parts = [
        f"{os.cpu_count()} cores",
        _processor(),
        f"{round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIGABYTE)} GB",
        platform.system(),
        f"Python {platform.python_version()}",
    ]
    return ", ".join(part for part in parts if part)


def _processor() -> str:
    """Return the processor's name on Linux, else the architecture."""
    about = Path("/proc/cpuinfo")
    names = [line for line in about.read_text().splitlines() if line.startswith("model name")] if about.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.machine()
