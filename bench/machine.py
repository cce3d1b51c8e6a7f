"""The machine that figures are of, in one line without anything that names it."""

import os
import platform
from pathlib import Path

GIGABYTE = 1 << 30


def machine() -> str:
    """Describe cores, processor, memory, system and Python."""
    parts = [
        f"{os.cpu_count()} cores",
        _processor(),
        f"{round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIGABYTE)} GB",
        platform.system(),
        f"Python {platform.python_version()}",
    ]
    return ", ".join(part for part in parts if part)


def _processor() -> str:
    """Give the processor's name as Linux tells it, else the architecture."""
    about = Path("/proc/cpuinfo")
    names = [line for line in about.read_text().splitlines() if line.startswith("model name")] if about.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.machine()
