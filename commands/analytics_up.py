"""`rookery analytics up`: serves the newest snapshot of the analysts' copy as a graph, in a Neo4j of its own."""

import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from analytics.graph_copy.address import Address, withdraw
from analytics.graph_copy.csv_files import write_csv
from analytics.snapshots import Snapshot
from commands.console import console
from commands.server_watch import ServerWatch
from graph.analysts import SCHEMA
from stack.analysts_neo4j import AnalystsNeo4j, Bounds
from stack.child import Child
from stack.claim import claim_folder
from stack.neo4j_server import USER, Neo4jServer
from stack.private import make_folder, write
from stack.programs import neo4j_programs
from stack.progress import StackProgress, TerminalProgress

LOOK_EVERY = 1.0
"""Seconds between looks for a newer snapshot, and at whether the server runs."""
RETIRED_AFTER = 90.0
"""Seconds that a graph still runs for queries that began before a newer one was served: more than a query may take by default."""


def up(folder: Path, bounds: Bounds | None = None) -> None:
    """Serve the newest snapshot until Ctrl-C; load another when there is a newer one.

    Raises:
        NoSnapshot: nothing was exported yet.
        StackError: the servers of this folder already run, or the first snapshot cannot be served.

    """
    for number in (signal.SIGINT, signal.SIGTERM):  # shell scripts start background jobs with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    # Ctrl-C is the way to end it, so it is no failure.
    with suppress(KeyboardInterrupt), serving(folder, bounds) as keeper, keeper.watched():
        console.print(f"\n[bold green]Analysts may ask[/] {keeper.address.uri}\n\nPress Ctrl-C to stop; the copy stays.\n")
        while True:
            time.sleep(LOOK_EVERY)
            keeper.renew()


def serving(folder: Path, bounds: Bounds | None = None, progress: StackProgress | None = None) -> "Keeper":
    """Return a keeper of the graph of a folder, which serves within its block."""
    return Keeper(folder.resolve(), bounds or Bounds(), progress or TerminalProgress(console))


@dataclass(frozen=True, slots=True)
class _Served:
    """A graph that runs, and what it was loaded from."""

    server: Neo4jServer
    child: Child
    snapshot: str
    watch: ServerWatch


@dataclass(slots=True)
class Keeper:
    """Serves the newest snapshot, starts a server again that ended, and replaces it when there is a newer snapshot."""

    folder: Path
    bounds: Bounds
    progress: StackProgress
    _open: ExitStack = field(default_factory=ExitStack)
    _neo4j: AnalystsNeo4j = field(init=False)
    _password: str = field(init=False, repr=False)
    _claim: int = field(init=False)
    _served: _Served = field(init=False)
    _retired: list[tuple[_Served, float]] = field(default_factory=list)
    _refused: str = ""
    _trouble: str = ""
    """What was last said about a snapshot that cannot be served."""
    _switching: threading.Lock = field(default_factory=threading.Lock)
    """Held while the server that serves is looked after, and while another takes its place."""
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Serve the newest snapshot."""
        with self._open:
            newest = Snapshot.newest(self.folder)
            own = self.folder / "neo4j"
            make_folder(own)
            self._claim = claim_folder(own, self.progress)
            self._open.callback(os.close, self._claim)
            programs = neo4j_programs(os.environ, self.progress)
            self._password = _password(own)
            self._neo4j = AnalystsNeo4j(*programs, own, self.bounds)
            self._open.callback(self._stop)
            self._serve(newest)
            self._open = self._open.pop_all()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Withdraw the address and stop."""
        self._open.close()

    @property
    def address(self) -> Address:
        """Where the graph is."""
        return Address(self._served.server.uri, USER, self._password, self._served.snapshot)

    @property
    def child(self) -> Child:
        """The server that serves now."""
        return self._served.child

    @property
    def watching(self) -> ServerWatch:
        """What looks after the server that serves now."""
        return self._served.watch

    def look(self) -> None:
        """Do what is due: restart a server that ended or cannot end a query, load a newer snapshot, stop what was replaced."""
        self.watch()
        self.renew()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch within the block by a thread of its own: a snapshot takes minutes to load, and the server may end meanwhile."""
        thread = threading.Thread(target=self._watch, name="watch over the server", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join()
            self._stopping.clear()

    def watch(self) -> None:
        """Start a server again that ended, and end one that cannot end a query or says nothing."""
        with self._switching:
            self._served.watch.look()

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.watch()
            except Exception as error:  # noqa: BLE001 whoever watches goes on watching
                self.progress.say(f"The server cannot be looked after right now: {type(error).__name__}: {error}")

    def renew(self) -> None:
        """Load a newer snapshot and serve it, and stop what was replaced."""
        self._renew()
        for served, at in list(self._retired):
            if time.monotonic() >= at:
                served.child.stop()
                self._retired.remove((served, at))
                self._neo4j.remove_others(self._served.snapshot, *(each.snapshot for each, _ in self._retired))

    def _renew(self) -> None:
        """Serve the newest snapshot, if it is another. Whatever is wrong, such as a full disk, the one before still is served."""
        name = self._refused
        try:
            newest = Snapshot.newest(self.folder)
            name = newest.folder.name
            if name not in (self._served.snapshot, self._refused):
                self._serve(newest)
        except Exception as error:  # noqa: BLE001 a graph is served, and goes on being served
            self._refused = name
            trouble = f"The newest snapshot cannot be served, so the one before still is: {type(error).__name__}: {error}"
            if trouble != self._trouble:
                self.progress.say(trouble)
                self._trouble = trouble

    def _serve(self, snapshot: Snapshot) -> None:
        """Load a snapshot beside what is served, start it, and switch."""
        name = snapshot.folder.name
        self.progress.say(f"Loading the snapshot {name}.")
        server = self._neo4j.load(name, lambda files: write_csv(snapshot, files).options, SCHEMA, self._password)
        child = Child(server, self._claim, self._stopping)
        try:
            child.start()
            with self._switching:
                Address(server.uri, USER, self._password, name).write(self.folder)
                if hasattr(self, "_served"):
                    self._retired.append((self._served, time.monotonic() + RETIRED_AFTER))
                self._served = _Served(server, child, name, ServerWatch(server, child, self.progress, self._stopping))
        except BaseException:
            child.stop()
            raise
        self._neo4j.remove_others(name, *(each.snapshot for each, _ in self._retired))
        self.progress.say(f"The snapshot {name} is served.")

    def _stop(self) -> None:
        withdraw(self.folder)
        for served in [*(each for each, _ in self._retired), *([self._served] if hasattr(self, "_served") else [])]:
            served.child.stop()


def _password(folder: Path) -> str:
    """Return the password of the graph, which is made once."""
    file = folder / "password"
    if not file.exists():
        write(file, secrets.token_hex(24))
    return file.read_text("utf-8")
