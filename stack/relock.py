"""`python -m stack.relock` writes the lock files anew, for maintainers who change a version. Only this needs Maven.

The managed versions of each root are imported, so that every jar has the version that Neo4j and S3Proxy were built and
tested with. Maven's own rule (the nearest version wins) gives S3Proxy a Jackson with which it does not start.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stack.jars import LOCKS

COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
"""The Maven goal that copies every jar of a project into a folder."""
ROOTS = {
    "neo4j": ("org.neo4j:neo4j:2026.08.1", "org.neo4j.app:neo4j-server:2026.08.1"),
    "s3proxy": ("org.gaul:s3proxy:4.1.0",),
}
UNPUBLISHED = "<groupId>org.neo4j</groupId><artifactId>log-test-utils</artifactId>"
"""A test artifact that Neo4j's files name but no repository has."""


def main() -> None:
    """Resolve every root and write its lock file."""
    mvn = shutil.which("mvn")
    if mvn is None:
        sys.exit("Install Maven first: `mvn` is not on the path.")
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
