"""Looks after the Neo4j of analysts: starts it again when it has ended, and ends it when it does nothing for anybody any more."""

import threading
import time
from dataclasses import dataclass, field

from graph.analysts import ENDED
from stack.analysts_neo4j import asked
from stack.child import Child
from stack.errors import StackError
from stack.neo4j_server import Neo4jServer
from stack.progress import StackProgress

LONGEST_PAUSE = 60.0
"""Most seconds before a server that ended by itself is started again: it is one at first, and doubles each time."""
STEADY = 300.0
"""Seconds after which a server that ended counts as one that ran well."""
LOOK_INTO_EVERY = 5.0
"""Seconds between looks at what runs in the server."""
STUCK_AFTER = 15.0
"""Seconds after which a query that was ended and still runs is one that cannot be: Neo4j ends queries between rows alone, and one
expression may go through a list for hours. Only its server can be ended then."""
SILENT_AFTER = 120.0
"""Seconds after which a server that says nothing at all is killed: it is stopped, or collects garbage without an end."""


@dataclass(slots=True)
class ServerWatch:
    """Looks after a server that runs."""

    server: Neo4jServer
    child: Child
    progress: StackProgress
    stopping: threading.Event
    """Set when the server is to run no more."""
    _looked_at: float = 0.0
    _heard_at: float = field(default_factory=time.monotonic)
    """When the server last said something."""
    _ended: dict[str, float] = field(default_factory=dict)
    """Since when transactions are seen that were ended."""
    _began: float = field(default_factory=time.monotonic)
    _pause: float = 1.0
    _starts_at: float | None = None
    """When a server that ended is started again."""

    def look(self) -> None:
        """Do what is due. Waits for the server when it starts or is asked something, and for nothing else."""
        if not self.child.is_running:
            self._revive()
        elif time.monotonic() - self._looked_at >= LOOK_INTO_EVERY:
            self._unstick()

    def _revive(self) -> None:
        """Start a server again that ended by itself; one that keeps ending is started less and less often."""
        now = time.monotonic()
        if self._starts_at is None:
            self._pause = 1.0 if now - self._began > STEADY else min(2 * self._pause, LONGEST_PAUSE)
            self._starts_at = now + self._pause
            death = self.child.death()
            self.progress.say(f"{death or 'The server does not run.'}\nIt is started again in {self._pause:.0f} s.")
        if now < self._starts_at or self.stopping.is_set():
            return
        self._began, self._starts_at = now, None
        try:
            self.child.start()
        except StackError as error:
            self.progress.say(str(error))
        self._heard_at = time.monotonic()

    def _unstick(self) -> None:
        """Kill a server in which a query goes on that was ended, or that is silent; it is started again by a later look.

        What goes on makes a server slow, so that it may say nothing for a while: what was seen before still counts then.
        """
        now = self._looked_at = time.monotonic()
        found = asked(self.server, ENDED)
        if isinstance(found, list):
            self._ended = {id_: self._ended.get(id_, now) for id_ in found}
            self._heard_at = time.monotonic()
        stuck = any(now - since >= STUCK_AFTER for since in self._ended.values())
        if stuck or time.monotonic() - self._heard_at >= SILENT_AFTER:
            self.progress.say(f"{'A query goes on that was ended' if stuck else 'It says nothing'}, so the server is killed.")
            self.child.kill()
            self._ended = {}
