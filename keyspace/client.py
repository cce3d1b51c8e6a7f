"""The client of Redis: one command, one pipeline or one script is one round trip, with a limit on its time.

A circuit breaker: after Redis failed, calls fail at once for a moment instead of waiting for their time-out, so that readers go
to the graph without delay. Then one call tries whether Redis is back; until it knows, the others still fail at once.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any, NamedTuple, Self

from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from errors import Unavailable
from keyspace.blocking import BlockingConnections
from keyspace.connections import connection_pool
from keyspace.errors import CommandRefused, Full, translated
from keyspace.pipelined import Command, SharedConnection, TooManyWait, sent_again

LUA = Path(__file__).parent / "lua"
OPEN_FOR = 0.5
"""Seconds that the circuit stays open, and nothing is sent, after Redis failed."""
UNKNOWN_SCRIPT = "NOSCRIPT"
"""Code of the reply of a Redis that does not know a script by its digest, as after a restart."""
NEEDS_MEMORY = "#!lua\n"
"""First line of a script that may need memory. A full Redis refuses it before it has done anything. Without this line, a
command is refused only where none that writes came before it. Scripts without it remove only, or are those of pages."""
Observer = Callable[[str, float], None]
"""Called after each round trip with its name and the seconds it took."""


def _unobserved(_name: str, _seconds: float) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the digest that Redis knows it by."""

    name: str
    text: str
    digest: str


class ScriptCall(NamedTuple):
    """One of several scripts that are run in one round trip, with its keys and its other words."""

    name: str
    keys: Sequence[bytes | str]
    args: Sequence[bytes | str | int | float]

    @property
    def words(self) -> Command:
        """The words of the command behind the script."""
        return (len(self.keys), *self.keys, *self.args)


def scripts(folder: Path = LUA) -> Mapping[str, Script]:
    """Read every script. Before each is put what it shares: `_shared.lua`, and such as `_home.lua` before those of that name.

    Where it begins with `NEEDS_MEMORY`, that stays its first line.
    """
    shared = {path.stem[1:]: path.read_text("utf-8") for path in folder.glob("_*.lua")}
    everywhere = shared.pop("shared")
    found = {}
    for path in sorted(folder.glob("[!_]*.lua")):
        of_its_name = [text for name, text in shared.items() if path.stem.startswith(f"{name}_")]
        own = path.read_text("utf-8")
        first = NEEDS_MEMORY if own.startswith(NEEDS_MEMORY) else ""
        text = "".join([first, everywhere, *of_its_name, own.removeprefix(first)])
        found[path.stem] = Script(path.stem, text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return found


@dataclass(slots=True)
class Keyspace:
    """Redis as the rest of the product uses it.

    Every method raises Unavailable while Redis does not answer, and CommandRefused where Redis refuses a command.
    """

    pool: ConnectionPool
    """How connections are made."""
    shared: SharedConnection
    scripts: Mapping[str, Script] = field(default_factory=scripts, repr=False)
    observe: Observer = _unobserved
    _open_until: float = 0.0
    """When to try Redis again, on the clock of `time.perf_counter`; zero while it answers: the circuit is closed."""

    @classmethod
    def open(cls, url: str, *, timeout: float = 1.0) -> Self:
        """Connect when first used: a Redis that is down does not stop the start. `timeout` is in seconds, for each reply."""
        pool = connection_pool(url, timeout=timeout)
        return cls(pool, SharedConnection(pool, timeout))

    def blocking(self) -> BlockingConnections:
        """Return connections to the same Redis for commands that wait on purpose; the caller closes them."""
        return BlockingConnections(self.pool)

    async def close(self) -> None:
        """Close the connection."""
        await self.shared.close()

    async def command(self, *words: bytes | str | float) -> Any:
        """Run one command and return its reply as Redis writes it: bytes for words, lists for all that has parts."""
        return (await self._call(str(words[0]), (words,)))[0]

    async def commands(self, what: str, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip, not as a transaction; `what` names them to the observer."""
        return await self._call(what, commands) if commands else []

    async def script(self, name: str, *args: bytes | str | float, keys: Sequence[bytes | str] = ()) -> Any:
        """Run a script of `lua/`. It uses only these keys; page scripts add those of rows whose ids they have just read."""
        return (await self.run_scripts(name, [ScriptCall(name, keys, args)]))[0]

    async def run_scripts(self, what: str, calls: Sequence[ScriptCall]) -> list[Any]:
        """Run scripts of `lua/` in one round trip, not as a transaction; `what` names them to the observer.

        Where Redis does not know one of them, all are run once more, so they must bear being done twice, as `ask_all` says.
        """
        try:
            return await self._call(what, [("EVALSHA", self.scripts[each.name].digest, *each.words) for each in calls])
        except CommandRefused as error:
            if error.code != UNKNOWN_SCRIPT:
                raise
            again = [("EVAL", self.scripts[each.name].text, *each.words) for each in calls]
            return await self._call(what, list(map(sent_again, again)))

    async def ping(self) -> None:
        """Make one round trip; raise Unavailable when Redis does not answer."""
        await self.command("PING")

    async def _call(self, name: str, commands: Sequence[Command]) -> list[Any]:
        began = time.perf_counter()
        if self._open_until:
            if began < self._open_until:
                raise Unavailable
            self._open_until = began + OPEN_FOR  # this call tries; meanwhile the others still fail at once
        try:
            answers = await self.shared.ask_all(commands)
        except TooManyWait as error:
            raise Unavailable from error
        except (RedisError, OSError) as error:
            raised = translated(error)
            away = isinstance(raised, Unavailable) and not isinstance(raised, Full)
            self._open_until = time.perf_counter() + OPEN_FOR if away else 0.0
            raise raised from error
        finally:
            self.observe(name, time.perf_counter() - began)
        self._open_until = 0.0
        return answers
