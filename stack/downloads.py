"""Downloads jars from Maven repositories with jgo, which needs Python and nothing else.

No repository is named here: jgo reads its own settings file, so mirrors and proxies set up there are used.
"""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.maven import MavenContext, PythonResolver

from stack.errors import DownloadFailed
from stack.jars import Jar

_CONNECTIONS = 8
"""Downloads at a time: enough to hide the round trips, few enough for any repository's limits."""
_ATTEMPTS = 3
"""Tries for one jar before the download is given up."""
_REQUEST_TIMEOUT_SECONDS = 30
"""A try fails when the repository sends nothing for this long."""


def download_jars(jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
    """Download every jar into the folder, several at a time; call `advance` with the bytes of each one that arrived.

    Raises:
        DownloadFailed: one jar failed in every try; what arrived before stays in the folder.

    """
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
            reason = "its SHA-256 is not the one in the lock file"
        (context.repo_cache / artifact.component.path_prefix / artifact.cached_filename).unlink(missing_ok=True)
    message = f"{jar.filename}: {reason}"
    raise DownloadFailed(message)
