"""Packages of npm for tests, installed once into the cache folder that all checkouts share."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "rookery" / "npm"
INSTALL_SECONDS = 300


def installed(folder: Path) -> Path:
    """Give a copy of `folder` with its packages installed; skip the test where there is no Node."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("needs Node and npm")
    files = sorted(path for path in folder.iterdir() if path.suffix in {".json", ".mjs"})
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    target = CACHE / f"{folder.name}-{digest}"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as fresh:
            for path in files:
                shutil.copy(path, fresh)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=fresh, check=True, capture_output=True, timeout=INSTALL_SECONDS)
            # Two runs may install at once: the first to finish wins, and the other's copy is as good.
            try:
                shutil.copytree(fresh, f"{fresh}-done")
                Path(f"{fresh}-done").rename(target)
            except OSError:
                shutil.rmtree(f"{fresh}-done", ignore_errors=True)
    return target
