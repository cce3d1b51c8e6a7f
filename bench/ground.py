"""What a benchmark stands on: a folder of its own and, if it asks for them, servers in it with a graph."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.addresses import environment_of, settings_of
from bench.made_graph import write_edges
from bench.pace import Pace
from bench.prepared import HEAP, copy_prepared
from commands.console import console
from parts import Parts, open_parts
from services.settings import Settings
from stack.embedded import EmbeddedStack, StackAddresses
from stack.ports import Ports


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to work in, what processes get in their environment, and how much to measure."""

    folder: Path
    pace: Pace
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground(Place):
    """Running servers besides; `settings` says here what `environ` says to processes."""

    settings: Settings = field(kw_only=True)

    @classmethod
    def of(cls, addresses: StackAddresses, folder: Path, pace: Pace) -> "Ground":
        """Stand on servers that run already; Redis is emptied."""
        return cls(folder, pace, environment_of(addresses, folder), settings=settings_of(addresses, folder))

    @asynccontextmanager
    async def parts(self) -> AsyncIterator[Parts]:
        """Open the product's parts in this process, on an empty Redis."""
        parts = open_parts(self.settings)
        try:
            await parts.keyspace.command("FLUSHALL")
            yield parts
        finally:
            await parts.close()


@contextmanager
def bare_place(pace: Pace) -> Iterator[Place]:
    """Give a folder, and start nothing."""
    with TemporaryDirectory(prefix="rookery-bench-") as name:
        yield Place(Path(name), pace)


@contextmanager
def own_ground(edges: Path | None, pace: Pace, cache: Path) -> Iterator[Ground]:
    """Start servers with a real graph, or with a made one; `cache` keeps prepared graphs."""
    with TemporaryDirectory(prefix="rookery-bench-") as name:
        folder = Path(name)
        posts = pace.posts if edges is None else pace.imported_posts
        copy_prepared(edges or _made(folder, pace), posts, folder / "stack", cache)
        console.print("starting Neo4j, Redis and S3Proxy")
        with EmbeddedStack(folder / "stack", neo4j_heap=HEAP, ports=Ports.any_free()) as stack:
            yield Ground.of(stack.addresses, folder, pace)


def _made(folder: Path, pace: Pace) -> Path:
    path = folder / f"made-{pace.people}-{pace.follows}.txt"
    write_edges(path, pace.people, pace.follows)
    return path
