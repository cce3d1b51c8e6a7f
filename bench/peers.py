"""Other GraphQL servers, in Node: installs their packages once into the cache folder, and returns how to run them."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.served import Program
from commands.console import console
from stack.cache import cache_folder, held_alone

FOLDER = Path(__file__).parent / "peers"
PACKAGES = ("package.json", "package-lock.json")
INSTALL_SECONDS = 300
"""Limit for `npm ci`."""


def peers(commands: Mapping[str, Sequence[str]]) -> Mapping[str, Program]:
    """Return programs by name; `commands` are scripts of `bench/peers`, with arguments.

    The first call installs the packages. Without Node, print so and return none.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        console.print(f"Not measured: {' and '.join(commands)}, because Node and npm are not installed.")
        return {}
    folder = _installed(npm)
    production = {"NODE_ENV": "production"}
    return {
        name: Program((node, str(folder / script), *arguments), production) for name, (script, *arguments) in commands.items()
    }


def _installed(npm: str) -> Path:
    """Return a folder with the scripts, within one with their packages, where Node finds them."""
    scripts = sorted(path for path in FOLDER.glob("*.*") if path.name not in PACKAGES)
    cache = cache_folder(os.environ) / "npm"
    packages = cache / f"bench-{_digest([FOLDER / name for name in PACKAGES])}"
    target = packages / f"scripts-{_digest(scripts)}"
    with held_alone(cache / "bench.lock", lambda: console.print("Another run installs the same packages; waiting for it.")):
        if not packages.exists():
            console.print("Installing the Node packages of the other servers.")
            _install(npm, packages)
        if not target.exists():
            _copy(scripts, target)
    return target


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _install(npm: str, target: Path) -> None:
    """Install into a temporary folder and move it, so that an interrupted run leaves no partial installation."""
    with tempfile.TemporaryDirectory(dir=target.parent) as fresh:
        making = Path(fresh) / "peers"
        _copy([FOLDER / name for name in PACKAGES], making)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=making, check=True, capture_output=True, timeout=INSTALL_SECONDS)  # noqa: S603 (no shell)
        making.rename(target)


def _copy(files: Iterable[Path], target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as fresh:
        making = Path(fresh) / "copied"
        making.mkdir()
        for path in files:
            shutil.copy2(path, making)
        making.rename(target)
