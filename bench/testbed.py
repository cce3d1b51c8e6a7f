"""The environment of a benchmark: a temporary folder, and servers with a graph if it needs them."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.addresses import environment_of, settings_of
from bench.cached_graph import HEAP, copy_cached
from bench.generated_graph import write_edges
from bench.run_length import RunLength
from commands.console import console
from parts import Parts, open_parts
from services.settings import Settings
from stack.embedded import EmbeddedStack, StackAddresses
from stack.ports import Ports


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder, the environment variables of processes, and the length of the run."""

    folder: Path
    run_length: RunLength
    environ: Mapping[str, str] = field(default_factory=dict)
    edges: Path | None = None
    """The edge list to measure with; None for a generated graph."""


@dataclass(frozen=True, slots=True)
class Testbed(Workspace):
    """A workspace with running servers; `settings` has for this process what `environ` has for others."""

    settings: Settings = field(kw_only=True)

    @classmethod
    def of(cls, addresses: StackAddresses, folder: Path, run_length: RunLength) -> "Testbed":
        """Use servers that run already."""
        return cls(folder, run_length, environment_of(addresses, folder), settings=settings_of(addresses, folder))

    @asynccontextmanager
    async def parts(self) -> AsyncIterator[Parts]:
        """Open the product's parts in this process, with an empty Redis."""
        parts = open_parts(self.settings)
        try:
            await parts.keyspace.command("FLUSHALL")
            yield parts
        finally:
            await parts.close()


@contextmanager
def temporary_workspace(run_length: RunLength, edges: Path | None = None) -> Iterator[Workspace]:
    """Yield a temporary folder, without servers."""
    with TemporaryDirectory(prefix="rookery-bench-") as name:
        yield Workspace(Path(name), run_length, edges=edges)


@contextmanager
def own_testbed(edges: Path | None, run_length: RunLength, cache: Path) -> Iterator[Testbed]:
    """Start servers with this graph, or with a generated one; `cache` is the folder for imported graphs."""
    with TemporaryDirectory(prefix="rookery-bench-") as name:
        folder = Path(name)
        posts = run_length.posts if edges is None else run_length.imported_posts
        copy_cached(edges or _generated(folder, run_length), posts, folder / "stack", cache)
        console.print("Starting Neo4j, Redis and S3Proxy.")
        with EmbeddedStack(folder / "stack", neo4j_heap=HEAP, ports=Ports.any_free()) as stack:
            yield Testbed.of(stack.addresses, folder, run_length)


def _generated(folder: Path, run_length: RunLength) -> Path:
    path = folder / f"made-{run_length.people}-{run_length.follows}.txt"
    write_edges(path, run_length.people, run_length.follows)
    return path
