"""Two ways to get jars from Maven repositories: the `mvn` of this machine, and jgo, which needs nothing but Python.

Neither names a repository: Maven reads its own settings, jgo its own, so mirrors and proxies set up there are used.
"""

import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.sax.saxutils import escape

from jgo.config import GlobalSettings
from jgo.maven import MavenContext, PythonResolver

from stack.errors import DownloadFailed
from stack.jars import Fetcher, Jar

_CONNECTIONS = 8
"""Downloads at a time: enough to hide the round trips, few enough for any repository's limits."""
_ATTEMPTS = 3
"""Tries for one jar before the download is given up."""
_REQUEST_TIMEOUT_SECONDS = 30
"""Silence of a repository after which a try is over."""
_MAVEN_TIMEOUT_SECONDS = 900
"""Longest that mvn may take: 150 MB at 200 kB/s."""
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_DOWNLOADED = re.compile(r"Downloaded from \S+ \S*/([^/\s]+\.jar) ")
_LOG_TAIL_LINES = 15


def fetchers_here() -> list[Fetcher]:
    """Give the ways that this machine has, the preferred one first."""
    mvn = shutil.which("mvn")
    return [MavenFetcher(Path(mvn)), JgoFetcher()] if mvn else [JgoFetcher()]


class JgoFetcher:
    """Downloads with jgo's own HTTP client, several at a time."""

    name = "jgo"

    def fetch(self, jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
        """Put every jar into the folder, or raise DownloadFailed."""
        repositories = GlobalSettings.load().repositories or None
        with tempfile.TemporaryDirectory(dir=into) as scratch, ThreadPoolExecutor(_CONNECTIONS) as pool:
            context = MavenContext(PythonResolver(), Path(scratch), remote_repos=repositories, timeout=_REQUEST_TIMEOUT_SECONDS)
            futures = [pool.submit(_download, context, jar, into, advance) for jar in jars]
            try:
                for future in futures:
                    future.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _download(context: MavenContext, jar: Jar, into: Path, advance: Callable[[int], None]) -> None:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier)
    reason = ""
    for _ in range(_ATTEMPTS):
        try:
            arrived = artifact.resolve()
        except (OSError, RuntimeError) as error:
            reason = str(error)
        else:
            if jar.is_whole(arrived):
                arrived.rename(into / jar.filename)
                advance(jar.size)
                return
            reason = "its SHA-256 is not the lock file's"
        (context.repo_cache / artifact.component.path_prefix / artifact.cached_filename).unlink(missing_ok=True)
    message = f"{jar.filename}: {reason}"
    raise DownloadFailed(message)


class MavenFetcher:
    """Downloads with the `mvn` of this machine, which also brings what lies in its own repository."""

    name = "mvn"

    def __init__(self, mvn: Path) -> None:
        """Use the command at this path."""
        self._mvn = mvn

    def fetch(self, jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
        """Put every jar into the folder, or raise DownloadFailed."""
        sizes = {jar.filename: jar.size for jar in jars}
        with tempfile.TemporaryDirectory(dir=into) as scratch:
            pom = Path(scratch) / "pom.xml"
            pom.write_text(_pom(jars))
            command = [str(self._mvn), "-B", "-Dstyle.color=never", "-f", str(pom), COPY_GOAL]
            command += ["-DincludeScope=runtime", "-Dmdep.overWriteReleases=true", f"-DoutputDirectory={into}"]
            lines, code = _run(command, lambda line: _count(line, sizes, advance))
        if code:
            raise DownloadFailed("mvn failed:\n" + "".join(lines[-_LOG_TAIL_LINES:]))
        advance(sum(sizes.values()))


def _run(command: Sequence[str], on_line: Callable[[str], None]) -> tuple[list[str], int]:
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 no shell, and a program that we found
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        timer = threading.Timer(_MAVEN_TIMEOUT_SECONDS, process.kill)
        timer.start()
        try:
            for line in process.stdout or ():
                lines.append(line)
                on_line(line)
        finally:
            timer.cancel()
    return lines, process.returncode


def _count(line: str, sizes: dict[str, int], advance: Callable[[int], None]) -> None:
    """Move the bar for one line of Maven's; a jar that is counted is forgotten."""
    found = _DOWNLOADED.search(line)
    if found:
        advance(sizes.pop(found[1], 0))


def _pom(jars: Sequence[Jar]) -> str:
    """Write a project that depends on exactly these jars and on nothing that they ask for."""
    dependencies = "\n".join(
        f"<dependency><groupId>{escape(jar.group)}</groupId><artifactId>{escape(jar.artifact)}</artifactId>"
        f"<version>{escape(jar.version)}</version>"
        + (f"<classifier>{escape(jar.classifier)}</classifier>" if jar.classifier else "")
        + "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>"
        for jar in jars
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>rookery</groupId><artifactId>stack</artifactId><version>1</version>"
        f"<dependencies>\n{dependencies}\n</dependencies></project>\n"
    )
