"""Servers of others in Node: their packages, installed once into the folder of downloads, and how they are run."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.served import Program
from commands.console import console
from stack.cache import cache_folder, held_alone

FOLDER = Path(__file__).parent / "peers"
SCRIPTS = {"graphql-yoga": "yoga.mjs", "mercurius-jit": "mercurius.mjs"}
INSTALL_SECONDS = 300


def peers(rows: Path) -> Mapping[str, Program]:
    """Give the programs by name; the first call installs what `peers/` pins. Where there is no Node, say so and give none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        console.print(f"not measured: {' and '.join(SCRIPTS)}, since Node and npm are not there")
        return {}
    folder = _installed(npm)
    production = {"NODE_ENV": "production"}
    return {name: Program((node, str(folder / script), str(rows)), production) for name, script in SCRIPTS.items()}


def _installed(npm: str) -> Path:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.*")))).hexdigest()[:16]
    cache = cache_folder(os.environ) / "npm"
    target = cache / f"bench-{digest}"
    with held_alone(cache / "bench.lock", lambda: console.print("waiting for another run that installs the same")):
        if not target.exists():
            console.print("installing the peers of Node")
            _install(npm, target)
    return target


def _install(npm: str, target: Path) -> None:
    """Install beside the place and move it there whole, so that a run that is broken off leaves nothing half done."""
    with tempfile.TemporaryDirectory(dir=target.parent) as fresh:
        making = Path(fresh) / "peers"
        shutil.copytree(FOLDER, making, ignore=shutil.ignore_patterns("node_modules"))
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=making, check=True, capture_output=True, timeout=INSTALL_SECONDS)  # noqa: S603 (no shell)
        making.rename(target)
