"""Finds redis-server on the path, or installs it when this process is allowed to."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from stack.cache import held_alone
from stack.errors import ProgramMissing
from stack.progress import StackProgress

OLDEST_REDIS = 7
"""Major version: the one of Debian 12, on which all of this was tested."""
_APT_TIMEOUT_SECONDS = 600
"""Limit for apt with its package lists: 20 MB over a slow line."""
_VERSION_TIMEOUT_SECONDS = 20
"""`redis-server --version` takes 10 ms."""
_VERSION = re.compile(r"v=(\d+)\.")
_BY_HAND = (
    "install Redis 7 or newer: `apt-get install redis-server` on Debian and Ubuntu, "
    "`dnf install redis` (or valkey-compat-redis) on Fedora, `brew install redis` on macOS"
)


def find_redis(cache: Path, progress: StackProgress) -> Path:
    """Return the path of a redis-server that is new enough.

    Raises:
        ProgramMissing: there is none and it could not be installed; the message says how to.

    """
    program = shutil.which("redis-server")
    if program is None:
        link = _link(cache)
        return link if link.exists() and _major_version(link) >= OLDEST_REDIS else _install(cache, progress)
    major = _major_version(Path(program))
    if major < OLDEST_REDIS:
        message = f"{program} is Redis {major}, which is too old; {_BY_HAND}"
        raise ProgramMissing(message)
    return Path(program)


def _install(cache: Path, progress: StackProgress) -> Path:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        message = f"redis-server is not on this machine; {_BY_HAND}"
        raise ProgramMissing(message)
    wait_for_other = "Another process installs Redis; waiting for it."
    with held_alone(cache / "redis.lock", lambda: progress.say(wait_for_other)):
        if shutil.which("redis-server") is None and shutil.which("redis-check-rdb") is None:
            progress.say("Installing redis-tools with apt.")
            _apt_get("update", "-q")
            _apt_get("install", "-q", "-y", "--no-install-recommends", "redis-tools")
        return _server_of_redis_tools(cache)


def _link(cache: Path) -> Path:
    return cache / "bin" / "redis-server"


def _server_of_redis_tools(cache: Path) -> Path:
    """Return a link to the server inside Debian's package redis-tools.

    redis-server and redis-check-rdb are the same program: it does what the name it is called by says. The package
    redis-server would only add that name and a system service that starts and listens, so the link is made here.
    """
    if found := shutil.which("redis-server"):
        return Path(found)
    checker = shutil.which("redis-check-rdb")
    link = _link(cache)
    if checker:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(checker)
    if not checker or _major_version(link) < OLDEST_REDIS:
        message = f"apt has no Redis 7 or newer; {_BY_HAND}"
        raise ProgramMissing(message)
    return link


def _apt_get(*arguments: str) -> None:
    command = ["apt-get", *arguments]
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(  # noqa: S603 no shell, and a program that we found
            command, env=environ, capture_output=True, text=True, timeout=_APT_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as timeout:
        message = f"`{' '.join(command)}` took too long; {_BY_HAND}"
        raise ProgramMissing(message) from timeout
    if done.returncode:
        message = f"`{' '.join(command)}` failed:\n{done.stderr.strip()}\n{_BY_HAND}"
        raise ProgramMissing(message)


def _major_version(program: Path) -> int:
    """Return 7 for `Redis server v=7.0.15 …`, and 0 for a program that is not Redis."""
    try:
        answer = subprocess.run(  # noqa: S603 no shell, and a program that we found
            [program, "--version"], capture_output=True, text=True, timeout=_VERSION_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = _VERSION.search(answer.stdout)
    return int(found[1]) if found else 0
