"""`python -m stack.relock` writes the lock files anew, for maintainers who move to another version; it needs mvn.

The managed versions of each root are imported, so every jar is in the version that Neo4j and S3Proxy were built and
tested with; nearest-wins alone gives S3Proxy a Jackson in which it does not start.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stack.fetchers import COPY_GOAL
from stack.jars import LOCKS

ROOTS = {
    "neo4j": ("org.neo4j:neo4j:2026.08.1", "org.neo4j.app:neo4j-server:2026.08.1"),
    "s3proxy": ("org.gaul:s3proxy:4.1.0",),
}
UNPUBLISHED = "<groupId>org.neo4j</groupId><artifactId>log-test-utils</artifactId>"
"""A test artifact that Neo4j's own files name and no repository has."""


def main() -> None:
    """Resolve every root and write its lock."""
    mvn = shutil.which("mvn")
    if mvn is None:
        sys.exit("relock needs mvn on the path")
    for name, roots in ROOTS.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / "pom.xml").write_text(_pom(roots))
            options = ["-DincludeScope=runtime", "-Dmdep.useRepositoryLayout=true", "-DoutputDirectory=jars"]
            subprocess.run([mvn, "-B", "-q", COPY_GOAL, *options], cwd=folder, check=True)  # noqa: S603 no shell
            lines = sorted(_line(jar, folder / "jars") for jar in (folder / "jars").rglob("*.jar"))
        (LOCKS / f"{name}.lock").write_text("\n".join(lines) + "\n")


def _line(jar: Path, repository: Path) -> str:
    *group, artifact, version, filename = jar.relative_to(repository).parts
    classifier = filename.removeprefix(f"{artifact}-{version}").removesuffix(".jar").removeprefix("-")
    coordinate = ":".join(part for part in (".".join(group), artifact, version, classifier) if part)
    content = jar.read_bytes()
    return f"{coordinate} {len(content)} {hashlib.sha256(content).hexdigest()}"


def _pom(roots: tuple[str, ...]) -> str:
    managed = "".join(_dependency(root, "<type>pom</type><scope>import</scope>") for root in roots)
    exclusions = f"<exclusions><exclusion>{UNPUBLISHED}</exclusion></exclusions>"
    wanted = "".join(_dependency(root, exclusions) for root in roots)
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>rookery</groupId><artifactId>stack</artifactId><version>1</version>"
        f"<dependencyManagement><dependencies>{managed}</dependencies></dependencyManagement>"
        f"<dependencies>{wanted}</dependencies></project>\n"
    )


def _dependency(coordinate: str, more: str) -> str:
    group, artifact, version = coordinate.split(":")
    names = f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
    return f"<dependency>{names}{more}</dependency>"


if __name__ == "__main__":
    main()
