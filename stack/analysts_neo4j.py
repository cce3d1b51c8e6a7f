"""The Neo4j of analysts: beside the product's, with a store that is imported whole and then only read.

It gets what the product leaves: the lowest priority, one core, and bounds on memory. Whoever may ask it anything shall not be
able to change its data, read files, call out, or end it: the store is read-only, and what a query may take is bounded here as
well as by whoever lets queries in.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from stack.child import Child
from stack.errors import StackError
from stack.neo4j_server import USER, Neo4jServer
from stack.ports import Ports
from stack.private import make_folder, write

NAME = "Neo4j for analysts"
_DATABASE = "neo4j"
_IMPORT_SECONDS = 3_600.0
"""Longest import. A graph of 80,000 people with 1.8 million follows takes half a minute at full speed."""
_SCHEMA_SECONDS = 900.0
"""Longest time in which its indexes are built."""
_IMPORT_MEMORY = "1g"
"""Memory of an import beside its heap; by default it takes nearly all that the machine has."""
_BAD_RELATIONSHIPS = 1_000_000_000
"""Relationships whose ends are missing are left out, however many there are: the files are more true than no copy."""
_CHECK_SECONDS = 5.0
"""Longest wait for what the server says of itself."""
_IMPORTED = "imported"
"""File in the folder of a store that is whole."""
_BOUNDED = {
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "dbms.security.procedures.allowlist": "",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    "server.bolt.thread_pool_min_size": "2",
    "server.bolt.thread_pool_max_size": "24",
}
"""Nothing is read from files, and no address is called."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the server may take, as Neo4j writes sizes: of its heap, one query and all queries together may use a part."""

    heap: str = "1g"
    page_cache: str = "256m"
    query: str = "256m"
    queries: str = "512m"
    modest: bool = True
    """Whether it runs with the lowest priority and on one core, as it must where others wait for the machine."""


@dataclass(frozen=True, slots=True)
class AnalystsNeo4j:
    """Stores below a folder, each imported once, under a password that the folder keeps."""

    java: Path
    jars: Sequence[Path]
    folder: Path
    bounds: Bounds = Bounds()

    @property
    def stores(self) -> Path:
        """The folder of the stores."""
        return self.folder / "stores"

    def load(self, name: str, options: Callable[[Path], Sequence[str]], schema: Sequence[str], password: str) -> Neo4jServer:
        """Return a server for the store of a name, which is imported unless it is there.

        `options` writes the files of an import into a folder, and returns the options of neo4j-admin that name them.

        Raises:
            StackError: the import or the first start failed; the message has what was said.

        """
        store = self.stores / name
        server = Neo4jServer(
            java=self.java,
            jars=self.jars,
            folder=store,
            port=Ports.any_free().resolved().neo4j,
            password=password,
            heap=self.bounds.heap,
            settings={
                **_BOUNDED,
                "db.memory.transaction.max": self.bounds.query,
                "dbms.memory.transaction.total.max": self.bounds.queries,
            },
            page_cache=self.bounds.page_cache,
            options=("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
            runs_it=modestly() if self.bounds.modest else (),
            trusted=False,
            name=NAME,
        )
        if not (store / _IMPORTED).exists():
            if store.exists():
                shutil.rmtree(store)
            make_folder(store)
            self._import(server, options)
            if schema:
                _build(server, schema)
            (store / _IMPORTED).touch(mode=0o600)
        return replace(server, settings={**server.settings, "server.databases.read_only": _DATABASE})

    def remove_others(self, *served: str) -> None:
        """Remove every store but these: none of the others is served."""
        if self.stores.is_dir():
            for store in self.stores.iterdir():
                if store.name not in served:
                    shutil.rmtree(store)

    def _import(self, server: Neo4jServer, options: Callable[[Path], Sequence[str]]) -> None:
        server.prepare()
        files = server.folder / "import-files"
        make_folder(files)
        # In a file, because every user can read the arguments of a process, and they name where the data are.
        arguments = files / "arguments"
        fixed = [
            "--multiline-fields=true", "--skip-bad-relationships=true", f"--bad-tolerance={_BAD_RELATIONSHIPS}",
            f"--report-file={server.folder / 'import-report'}", f"--max-off-heap-memory={_IMPORT_MEMORY}", "--threads=1",
        ]
        write(arguments, "\n".join(["database", "import", "full", _DATABASE, *fixed, *options(files)]) + "\n")
        server.administer(f"@{arguments}", seconds=_IMPORT_SECONDS)
        shutil.rmtree(files)


def asked(server: Neo4jServer, statement: str) -> object:
    """Return the one value that a server answers to a statement, None where it says nothing in time, also where it is stopped."""
    found: list[object] = []

    def ask() -> None:
        with suppress(DriverError, Neo4jError, OSError), _session(server) as session:
            found.append(session.run(neo4j.Query(statement, timeout=_CHECK_SECONDS)).single(strict=True)[0])

    # The driver waits for a server for as long as its connection stands; the end of the server ends such a thread, too.
    asking = threading.Thread(target=ask, name="question to a server", daemon=True)
    asking.start()
    asking.join(2 * _CHECK_SECONDS)
    return found[0] if found else None


def _build(server: Neo4jServer, schema: Sequence[str]) -> None:
    """Start a server whose store may be written, and build what it is found by."""
    reading, writing = os.pipe()
    child = Child(server, writing)
    try:
        child.start()
        with _session(server) as session:
            for statement in schema:
                session.run(neo4j.Query(statement, timeout=_SCHEMA_SECONDS)).consume()
    except (DriverError, Neo4jError) as error:
        message = f"The indexes of the analysts' graph were not built: {error}"
        raise StackError(message) from error
    finally:
        child.stop()
        os.close(reading)
        os.close(writing)


@contextmanager
def _session(server: Neo4jServer) -> Iterator[neo4j.Session]:
    with (
        neo4j.GraphDatabase.driver(
            server.uri,
            auth=(USER, server.password),
            connection_timeout=_CHECK_SECONDS,
            connection_acquisition_timeout=_CHECK_SECONDS,
            telemetry_disabled=True,
        ) as driver,
        driver.session(database=_DATABASE) as session,
    ):
        yield session


def modestly() -> Sequence[str]:
    """Return what runs a program with the lowest priority, and on one core where the machine has several."""
    nice, taskset = shutil.which("nice"), shutil.which("taskset")
    found = [nice, "-n", "19"] if nice else []
    if taskset and hasattr(os, "sched_getaffinity") and len(cores := os.sched_getaffinity(0)) > 1:
        found += [taskset, "-c", str(max(cores))]
    return found
