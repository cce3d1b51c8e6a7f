"""Caches imported graphs: importing a large one takes minutes, and copying it takes seconds.

The cache has folders of stopped stacks under `~/.cache/rookery/bench/`, named by the edges, the number of posts, and the
files on which the result depends. A graph is made in another folder and then renamed, so cached ones are always complete.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from bench.addresses import settings_of
from commands.console import console
from commands.data import import_edges, run_migrations
from services.settings import Settings
from stack.cache import held_alone
from stack.embedded import EmbeddedStack
from stack.ports import Ports

ROOT = Path(__file__).parent.parent
INPUTS = ("cypher/migrations", "cypher/world", "world", "stack/locks")
"""Folders with files on which an imported graph depends."""
COPIED = ("neo4j/data", "credentials.json")
"""The files of a stack that make up the graph; the others are created at each start."""
HEAP = "1g"
"""Java heap of Neo4j during imports and measurements."""
DIGITS = 12
"""Hex digits of a digest in the name of a folder."""


def copy_cached(edges: Path, posts: int, target: Path, cache: Path) -> None:
    """Copy the folder of a stack with this graph to `target`; the first time, import the graph."""
    inputs = f"{_digest([edges])}-{posts}"
    cached = cache / f"{inputs}-{_digest(_files())}"
    cache.mkdir(parents=True, exist_ok=True)
    with held_alone(cache / f"{inputs}.lock", lambda: console.print("Another run imports this graph; waiting for it.")):
        if not cached.exists():
            for old in cache.glob(f"{inputs}-*"):
                shutil.rmtree(old)
            _make(cached, edges, posts)
        _copy(cached, target)


async def fill(settings: Settings, edges: Path, posts: int) -> None:
    """Import edges and posts into an empty graph."""
    await run_migrations(settings)
    await import_edges(settings, edges, prefix="u", posts=posts)


def _make(cached: Path, edges: Path, posts: int) -> None:
    console.print(f"Importing {edges.name} with {posts:,} posts; the graph is cached in {cached.parent} for later runs.")
    making = cached.with_name(f"{cached.name}.making")
    with EmbeddedStack(making / "stack", neo4j_heap=HEAP, ports=Ports.any_free()) as stack:
        asyncio.run(fill(settings_of(stack.addresses, making), edges, posts))
    _copy(making / "stack", making / "whole")
    (making / "whole").rename(cached)
    shutil.rmtree(making)


def _copy(source: Path, target: Path) -> None:
    """Copy the files that make up the graph, and nothing else."""
    for name in COPIED:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copy2(source / name, target / name)


def _files() -> list[Path]:
    found = (path for folder in INPUTS for path in sorted((ROOT / folder).rglob("*")))
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:DIGITS]
