"""What the servers are made of: a Java runtime, two sets of jars, and redis-server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.cache import cache_folder
from stack.fetchers import fetchers_here
from stack.jars import install_jars, read_lock
from stack.java import find_java
from stack.progress import StackProgress
from stack.redis_program import find_redis


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of everything that runs."""

    java: Path
    neo4j_jars: list[Path]
    s3proxy_jars: list[Path]
    redis: Path


def install(environ: Mapping[str, str], progress: StackProgress) -> Programs:
    """Find or download all programs; quick when they are there.

    Raises:
        DownloadFailed: jars could not be had.
        ProgramMissing: there is no redis-server and it could not be installed.

    """
    cache = cache_folder(environ)
    redis = find_redis(cache, progress)
    java = find_java(environ)
    fetchers = fetchers_here()
    neo4j_jars, s3proxy_jars = (install_jars(read_lock(name), cache, fetchers, progress) for name in ("neo4j", "s3proxy"))
    return Programs(java, neo4j_jars, s3proxy_jars, redis)
