"""Java programs as sets of jars: exactly the jars that a lock file names, in the cache folder.

A set is downloaded into a `.partial` folder, checked against the SHA-256 sums of the lock, and renamed when it is complete.
After an interrupted download, the next one keeps the jars that had arrived.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stack.cache import held_alone
from stack.errors import DownloadFailed
from stack.progress import StackProgress

LOCKS = Path(__file__).parent / "locks"
_DIGEST_CHARS = 12
"""Hex digits of the lock's own digest in the folder's name; 48 bits tell any two lock files apart."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of a Maven repository, its size in bytes and its SHA-256 in hex."""

    group: str
    artifact: str
    version: str
    classifier: str
    size: int
    sha256: str

    @property
    def filename(self) -> str:
        """Name of the file in a Maven repository."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"

    def is_whole(self, path: Path) -> bool:
        """Return whether the file is exactly this jar, by size and sum."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class JarSet:
    """The jars of one program, and a digest of the list, which is part of its folder's name."""

    name: str
    digest: str
    jars: tuple[Jar, ...]


Download: TypeAlias = Callable[[Sequence[Jar], Path, Callable[[int], None]], None]
"""Puts jars into a folder under their file names, and calls its last argument with the bytes of each that arrived."""


def read_lock(name: str, folder: Path = LOCKS) -> JarSet:
    """Read `<name>.lock`, which has one line per jar: `group:artifact:version[:classifier] bytes sha256`."""
    text = (folder / f"{name}.lock").read_text()
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]
    return JarSet(name, digest, tuple(_parse_line(line) for line in text.splitlines()))


def install_jars(jar_set: JarSet, cache: Path, download: Download, progress: StackProgress) -> list[Path]:
    """Return the paths of the set's jars, downloading what is missing; safe for any number of callers at once.

    Raises:
        DownloadFailed: jars are still missing; what arrived is kept for the next attempt.

    """
    target = cache / "jars" / f"{jar_set.name}-{jar_set.digest}"
    if not _is_installed(jar_set, target):
        lock = target.with_name(f"{target.name}.lock")
        with held_alone(lock, lambda: progress.say(f"Another process downloads {jar_set.name}; waiting for it.")):
            if not _is_installed(jar_set, target):
                _install(jar_set, target, download, progress)
    return [target / jar.filename for jar in jar_set.jars]


def _parse_line(line: str) -> Jar:
    coordinate, size, sha256 = line.split()
    group, artifact, version, *classifier = coordinate.split(":")
    return Jar(group, artifact, version, classifier[0] if classifier else "", int(size), sha256)


def _is_installed(jar_set: JarSet, target: Path) -> bool:
    """Return whether all jars have their full size; their sums were checked before the folder got its name."""
    sizes = {path.name: path.stat().st_size for path in target.glob("*.jar")}
    return all(sizes.get(jar.filename) == jar.size for jar in jar_set.jars)


def _install(jar_set: JarSet, target: Path, download: Download, progress: StackProgress) -> None:
    partial = target.with_name(f"{target.name}.partial")
    if target.exists() and not partial.exists():
        target.rename(partial)
    partial.mkdir(parents=True, exist_ok=True)
    missing = _missing(jar_set, partial)
    if len(missing) < len(jar_set.jars):
        progress.say(f"{len(jar_set.jars) - len(missing)} of {len(jar_set.jars)} jars of {jar_set.name} are already here.")
    if missing:
        _fetch(jar_set, missing, partial, download, progress)
    partial.rename(target)


def _fetch(jar_set: JarSet, missing: Sequence[Jar], partial: Path, download: Download, progress: StackProgress) -> None:
    failure = ""
    try:
        with progress.bar(jar_set.name, sum(jar.size for jar in missing)) as advance:
            download(missing, partial, advance)
    except DownloadFailed as failed:
        failure = str(failed)
    if missing := _missing(jar_set, partial):
        names = ", ".join(jar.filename for jar in missing[:3])
        reason = failure or "what arrived is not what the lock file names"
        message = f"{len(missing)} jars of {jar_set.name} are missing ({names} …): {reason}; start again to go on"
        raise DownloadFailed(message)


def _missing(jar_set: JarSet, folder: Path) -> list[Jar]:
    return [jar for jar in jar_set.jars if not jar.is_whole(folder / jar.filename)]
