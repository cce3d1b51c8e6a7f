"""A graph made ready once and kept: importing a large one takes minutes, copying it seconds.

What is kept is the folder of a stopped stack under `~/.cache/rookery/bench/`, named by the edges, the number of posts, and
the files that the result depends on. It is made beside its place and moved there whole, so what is there is complete.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from app import run_migrations
from bench.addresses import settings_of
from commands.console import console
from commands.data import import_edges
from services.settings import Settings
from stack.cache import held_alone
from stack.embedded import EmbeddedStack
from stack.ports import Ports

ROOT = Path(__file__).parent.parent
MAKERS = ("cypher/migrations", "cypher/world", "world", "stack/locks")
"""Folders whose files decide what an imported graph looks like."""
KEPT = ("neo4j/data", "credentials.json")
"""What of a stack's folder is the graph; the rest is made anew at each start."""
HEAP = "1g"
"""Java heap of Neo4j while it takes a large import, and while it is measured."""
DIGITS = 12
"""Of a digest, in the name of a folder."""


def copy_prepared(edges: Path, posts: int, target: Path, cache: Path) -> None:
    """Put a stack's folder with this graph at `target`; the first time, import it."""
    inputs = f"{_digest([edges])}-{posts}"
    kept = cache / f"{inputs}-{_digest(_files())}"
    cache.mkdir(parents=True, exist_ok=True)
    with held_alone(cache / f"{inputs}.lock", lambda: console.print("another run prepares this graph; waiting for it")):
        if not kept.exists():
            for old in cache.glob(f"{inputs}-*"):
                shutil.rmtree(old)
            _make(kept, edges, posts)
        _copy(kept, target)


async def fill(settings: Settings, edges: Path, posts: int) -> None:
    """Import a graph into an empty one."""
    await run_migrations(settings)
    await import_edges(settings, edges, prefix="u", posts=posts)


def _make(kept: Path, edges: Path, posts: int) -> None:
    console.print(f"preparing a graph of {edges.name} with {posts:,} posts; it is kept in {kept.parent} for later runs")
    making = kept.with_name(f"{kept.name}.making")
    with EmbeddedStack(making / "stack", neo4j_heap=HEAP, ports=Ports.any_free()) as stack:
        asyncio.run(fill(settings_of(stack.addresses, making), edges, posts))
    _copy(making / "stack", making / "whole")
    (making / "whole").rename(kept)
    shutil.rmtree(making)


def _copy(source: Path, target: Path) -> None:
    """Copy what is the graph, and nothing else."""
    for name in KEPT:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copy2(source / name, target / name)


def _files() -> list[Path]:
    found = (path for folder in MAKERS for path in sorted((ROOT / folder).rglob("*")))
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:DIGITS]
