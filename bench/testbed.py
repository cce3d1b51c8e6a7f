"""What a benchmark stands on: a folder of its own and, if it asks for them, servers in it with a graph."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.addresses import environment_of, settings_of
from bench.made_graph import write_edges
from bench.prepared import HEAP, copy_prepared
from bench.run_length import RunLength
from commands.console import console
from parts import Parts, open_parts
from services.settings import Settings
from stack.embedded import EmbeddedStack, StackAddresses
from stack.ports import Ports


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to work in, what processes get in their environment, and how much to measure."""

    folder: Path
    run_length: RunLength
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Testbed(Place):
    """Running servers besides; `settings` says here what `environ` says to processes."""

    settings: Settings = field(kw_only=True)

    @classmethod
    def of(cls, addresses: StackAddresses, folder: Path, run_length: RunLength) -> "Testbed":
        """Stand on servers that run already; Redis is emptied."""
        return cls(folder, run_length, environment_of(addresses, folder), settings=settings_of(addresses, folder))

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
def bare_place(run_length: RunLength) -> Iterator[Place]:
    """Give a folder, and start nothing."""
    with TemporaryDirectory(prefix="rookery-bench-") as name:
        yield Place(Path(name), run_length)


@contextmanager
def own_testbed(edges: Path | None, run_length: RunLength, cache: Path) -> Iterator[Testbed]:
    """Start servers with a real graph, or with a made one; `cache` keeps prepared graphs."""
    with TemporaryDirectory(prefix="rookery-bench-") as name:
        folder = Path(name)
        posts = run_length.posts if edges is None else run_length.imported_posts
        copy_prepared(edges or _made(folder, run_length), posts, folder / "stack", cache)
        console.print("starting Neo4j, Redis and S3Proxy")
        with EmbeddedStack(folder / "stack", neo4j_heap=HEAP, ports=Ports.any_free()) as stack:
            yield Testbed.of(stack.addresses, folder, run_length)


def _made(folder: Path, run_length: RunLength) -> Path:
    path = folder / f"made-{run_length.people}-{run_length.follows}.txt"
    write_edges(path, run_length.people, run_length.follows)
    return path
