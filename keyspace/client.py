"""The way to Redis: one command, one pipeline or one script is one round trip, with a limit on its time.

When Redis fails, the next calls fail at once for a moment instead of waiting each for its own time-out, so that readers go
to the graph without delay. Then one call asks for all whether it is back.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any, Self

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.maint_notifications import MaintNotificationsConfig

from errors import Unavailable
from keyspace.connections import prompt
from keyspace.pipelined import Command, SharedConnection, TooManyWait

LUA = Path(__file__).parent / "lua"
REST = 0.5
"""Seconds during which nothing is sent after Redis failed."""
AWAY = (
    RedisConnectionError,
    RedisTimeoutError,
    OSError,
    OutOfMemoryError,
    ReadOnlyError,
    MasterDownError,
    ClusterDownError,
)
"""Errors that say nothing of the command: Redis is gone, or refuses everybody's writes."""
NOT_WRITING = "MISCONF"
"""How the answer of a Redis begins that cannot write its file and therefore refuses writes; it has no class of its own."""

Observer = Callable[[str, float], None]
"""Told what each round trip was for and the seconds it took."""


def _unobserved(_name: str, _seconds: float) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the digest that Redis knows it by."""

    name: str
    text: str
    digest: str


def scripts(folder: Path = LUA) -> Mapping[str, Script]:
    """Read every script; `_shared.lua` is put before each of the others."""
    shared = (folder / "_shared.lua").read_text("utf-8")
    found = {}
    for path in sorted(folder.glob("[!_]*.lua")):
        text = shared + path.read_text("utf-8")
        found[path.stem] = Script(path.stem, text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return found


def connect(url: str, *, timeout: float, pool_size: int) -> Redis:
    """Make a client for requests: a bounded pool that waits for a free connection, one repeat, short limits.

    Readers that block need a client of their own, since `timeout` ends their wait.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=pool_size,
        timeout=timeout,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=0,
        # Who shares a connection has no use for what some servers tell of their maintenance unasked.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    pool.connection_class = prompt(pool.connection_class)
    return Redis.from_pool(pool)  # then closing the client closes its connections


@dataclass(slots=True)
class Keyspace:
    """Redis as the rest of the house uses it. Every method raises Unavailable while Redis does not answer."""

    redis: Redis
    shared: SharedConnection
    scripts: Mapping[str, Script] = field(default_factory=scripts, repr=False)
    observe: Observer = _unobserved
    _rests_until: float = 0.0
    """When to ask Redis again, on the clock of `time.perf_counter`; zero while it answers."""

    @classmethod
    def open(cls, url: str, *, timeout: float = 1.0, pool_size: int = 64) -> Self:
        """Make a client; it connects when first used, so a Redis that is down does not stop the start."""
        redis = connect(url, timeout=timeout, pool_size=pool_size)
        return cls(redis, SharedConnection(redis.connection_pool, timeout))

    async def close(self) -> None:
        """Close the connections."""
        await self.shared.close()
        await self.redis.aclose()

    async def command(self, *words: bytes | str | float) -> Any:
        """Run one command, and give its reply as Redis writes it: bytes for words, lists for all that has parts."""
        return (await self._call(str(words[0]), (words,)))[0]

    async def commands(self, what: str, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip, without a transaction; `what` names them to the observer."""
        return await self._call(what, commands) if commands else []

    async def script(self, name: str, *args: bytes | str | float, keys: Sequence[bytes | str] = ()) -> Any:
        """Run a script of `lua/`. It uses no other keys than these, except the page scripts, which derive keys from ids."""
        script = self.scripts[name]
        try:
            return (await self._call(name, (("EVALSHA", script.digest, len(keys), *keys, *args),)))[0]
        except NoScriptError:
            return (await self._call(name, (("EVAL", script.text, len(keys), *keys, *args),)))[0]

    async def ping(self) -> None:
        """Make one round trip; raise Unavailable when Redis does not answer."""
        await self.command("PING")

    async def _call(self, name: str, commands: Sequence[Command]) -> list[Any]:
        began = time.perf_counter()
        if self._rests_until:
            if began < self._rests_until:
                raise Unavailable
            self._rests_until = began + REST  # this call asks; the others wait for what it learns
        try:
            answers = await self.shared.ask_all(commands)
        except TooManyWait as error:
            raise Unavailable from error
        except (RedisError, OSError) as error:
            if not _is_away(error):
                self._rests_until = 0.0  # it answers
                raise
            self._rests_until = time.perf_counter() + REST
            raise Unavailable from error
        finally:
            self.observe(name, time.perf_counter() - began)
        self._rests_until = 0.0
        return answers


def _is_away(error: Exception) -> bool:
    return isinstance(error, AWAY) or str(error).startswith(NOT_WRITING)
