"""The programs behind the servers: a Java runtime, two sets of jars, and redis-server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.cache import cache_folder
from stack.downloads import download_jars
from stack.jars import install_jars, read_lock
from stack.java import find_java
from stack.progress import StackProgress
from stack.redis_program import find_redis


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of the programs."""

    java: Path
    neo4j_jars: list[Path]
    s3proxy_jars: list[Path]
    redis: Path


def install(environ: Mapping[str, str], progress: StackProgress) -> Programs:
    """Find or download all programs; this is quick when they are there.

    Raises:
        DownloadFailed: jars could not be downloaded.
        ProgramMissing: redis-server is missing and could not be installed.

    """
    cache = cache_folder(environ)
    redis = find_redis(cache, progress)
    java = find_java(environ)
    neo4j_jars, s3proxy_jars = (install_jars(read_lock(name), cache, download_jars, progress) for name in ("neo4j", "s3proxy"))
    return Programs(java, neo4j_jars, s3proxy_jars, redis)


def neo4j_programs(environ: Mapping[str, str], progress: StackProgress) -> tuple[Path, list[Path]]:
    """Find or download what Neo4j alone needs: a Java runtime and its jars.

    Raises:
        DownloadFailed: jars could not be downloaded.

    """
    return find_java(environ), install_jars(read_lock("neo4j"), cache_folder(environ), download_jars, progress)
