"""Other GraphQL servers, in Node: installs their packages once into the cache folder, and returns how to run them."""

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
"""Limit for `npm ci`."""


def peers(rows: Path) -> Mapping[str, Program]:
    """Return the programs by name; the first call installs the packages. Without Node, print so and return none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        console.print(f"Not measured: {' and '.join(SCRIPTS)}, because Node and npm are not installed.")
        return {}
    folder = _installed(npm)
    production = {"NODE_ENV": "production"}
    return {name: Program((node, str(folder / script), str(rows)), production) for name, script in SCRIPTS.items()}


def _installed(npm: str) -> Path:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.*")))).hexdigest()[:16]
    cache = cache_folder(os.environ) / "npm"
    target = cache / f"bench-{digest}"
    with held_alone(cache / "bench.lock", lambda: console.print("Another run installs the same packages; waiting for it.")):
        if not target.exists():
            console.print("Installing the Node packages of the other servers.")
            _install(npm, target)
    return target


def _install(npm: str, target: Path) -> None:
    """Install into a temporary folder and move it, so that an interrupted run leaves no partial installation."""
    with tempfile.TemporaryDirectory(dir=target.parent) as fresh:
        making = Path(fresh) / "peers"
        shutil.copytree(FOLDER, making, ignore=shutil.ignore_patterns("node_modules"))
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=making, check=True, capture_output=True, timeout=INSTALL_SECONDS)  # noqa: S603 (no shell)
        making.rename(target)
