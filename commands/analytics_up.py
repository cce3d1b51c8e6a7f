"""`rookery analytics up`: serves the newest snapshot of the analysts' copy as a graph, in a Neo4j of its own."""

import os
import secrets
import signal
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from analytics.graph_copy.address import Address, withdraw
from analytics.graph_copy.csv_files import write_csv
from analytics.snapshots import Snapshot
from commands.console import console
from graph.analysts import ENDED, SCHEMA
from stack.analysts_neo4j import AnalystsNeo4j, Bounds, asked
from stack.child import Child
from stack.claim import claim_folder
from stack.errors import StackError
from stack.neo4j_server import USER, Neo4jServer
from stack.private import make_folder, write
from stack.programs import neo4j_programs
from stack.progress import StackProgress, TerminalProgress

LOOK_EVERY = 1.0
"""Seconds between looks for a newer snapshot, and at whether the server runs."""
LONGEST_PAUSE = 60.0
"""Most seconds before a server that ended by itself is started again: it is one at first, and doubles each time."""
STEADY = 300.0
"""Seconds after which a server that ended counts as one that ran well."""
LOOK_INTO_EVERY = 5.0
"""Seconds between looks at what runs in the server."""
STUCK_AFTER = 15.0
"""Seconds after which a query that was ended and still runs is one that cannot be: Neo4j ends queries between rows alone, and one
expression may go through a list for hours. Only its server can be ended then."""
RETIRED_AFTER = 30.0
"""Seconds that a graph still runs for queries that began before a newer one was served."""


def up(folder: Path, bounds: Bounds | None = None) -> None:
    """Serve the newest snapshot until Ctrl-C; load another when there is a newer one.

    Raises:
        NoSnapshot: nothing was exported yet.
        StackError: the servers of this folder already run, or the first snapshot cannot be served.

    """
    for number in (signal.SIGINT, signal.SIGTERM):  # shell scripts start background jobs with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt), serving(folder, bounds) as keeper:  # the way to end it, so it is no failure
        console.print(f"\n[bold green]Analysts may ask[/] {keeper.address.uri}\n\nPress Ctrl-C to stop; the copy stays.\n")
        while True:
            time.sleep(LOOK_EVERY)
            keeper.look()


def serving(folder: Path, bounds: Bounds | None = None, progress: StackProgress | None = None) -> "Keeper":
    """Return a keeper of the graph of a folder, which serves within its block."""
    return Keeper(folder.resolve(), bounds or Bounds(), progress or TerminalProgress(console))


@dataclass(frozen=True, slots=True)
class _Served:
    """A graph that runs, and what it was loaded from."""

    server: Neo4jServer
    child: Child
    snapshot: str


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
    _looked_at: float = 0.0
    _ended: dict[str, float] = field(default_factory=dict)
    """Since when transactions are seen that were ended."""
    _pause: float = 1.0
    _began: float = 0.0

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

    def look(self) -> None:
        """Do what is due: restart a server that ended or cannot end a query, load a newer snapshot, stop what was replaced."""
        self._revive()
        self._unstick()
        newest = Snapshot.newest(self.folder)
        if newest.folder.name not in (self._served.snapshot, self._refused):
            try:
                self._serve(newest)
            except StackError as error:
                self._refused = newest.folder.name
                self.progress.say(f"The snapshot {newest.folder.name} cannot be served, so the one before still is: {error}")
        for served, at in list(self._retired):
            if time.monotonic() >= at:
                served.child.stop()
                self._retired.remove((served, at))
                self._neo4j.remove_others(self._served.snapshot, *(each.snapshot for each, _ in self._retired))

    def _serve(self, snapshot: Snapshot) -> None:
        """Load a snapshot beside what is served, start it, and switch."""
        name = snapshot.folder.name
        self.progress.say(f"Loading the snapshot {name}.")
        server = self._neo4j.load(name, lambda files: write_csv(snapshot, files).options, SCHEMA, self._password)
        child = Child(server, self._claim)
        child.start()
        if hasattr(self, "_served"):
            self._retired.append((self._served, time.monotonic() + RETIRED_AFTER))
        self._served, self._began = _Served(server, child, name), time.monotonic()
        self.address.write(self.folder)
        self._neo4j.remove_others(name, *(each.snapshot for each, _ in self._retired))
        self.progress.say(f"The snapshot {name} is served.")

    def _revive(self) -> None:
        """Start a server again that ended by itself; one that keeps ending is started less and less often."""
        if self._served.child.is_running:
            return
        self._pause = 1.0 if time.monotonic() - self._began > STEADY else min(2 * self._pause, LONGEST_PAUSE)
        death = self._served.child.death()
        self.progress.say(f"{death or 'The server does not run.'}\nIt is started again in {self._pause:.0f} s.")
        time.sleep(self._pause)
        self._began = time.monotonic()
        try:
            self._served.child.start()
        except StackError as error:
            self.progress.say(str(error))

    def _unstick(self) -> None:
        """Kill a server in which a query goes on that was ended; it is started again by the next look."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_INTO_EVERY:
            return
        self._looked_at = now
        found = asked(self._served.server, ENDED)
        self._ended = {id_: self._ended.get(id_, now) for id_ in found} if isinstance(found, list) else {}
        if any(now - since >= STUCK_AFTER for since in self._ended.values()):
            self.progress.say("A query goes on that was ended, so its server is killed.")
            self._served.child.kill()
            self._ended = {}

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
