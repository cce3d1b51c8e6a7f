"""Connections to Redis that send without a task of their own, so that a cancellation always arrives."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.maint_notifications import MaintNotificationsConfig


def connection_pool(url: str, *, timeout: float) -> ConnectionPool:
    """Return what makes connections to a Redis; `timeout` is in seconds, for connecting and for each reply."""
    pool = ConnectionPool.from_url(
        url,
        protocol=2,  # in which every reply that has parts is a list
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=0,
        # The shared connection cannot use what some servers send unasked about their maintenance.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    pool.connection_class = prompt(pool.connection_class)
    return pool


def prompt(kind: type[AbstractConnection]) -> type[AbstractConnection]:
    """Return this kind of connection (plain, TLS, Unix socket) with the sending of `PromptConnection`."""
    return type(f"Prompt{kind.__name__}", (PromptConnection, kind), {})


@dataclass(frozen=True, slots=True)
class ReadySocket:
    """A socket that is connected, authenticated and on its database. `error_of` returns the exception for an error reply."""

    writer: asyncio.StreamWriter
    error_of: Callable[[str], Exception]


class PromptConnection(AbstractConnection):
    """A connection that sends within a time limit.

    redis-py does so by `asyncio.wait_for`, which makes a task for each command, and before Python 3.12 loses a cancellation
    that comes as that task ends: a loop that reads for ever would then never end.
    """

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:
        """Send what is packed already.

        Raises:
            redis.exceptions.TimeoutError: it was not taken within `socket_timeout`.
            redis.exceptions.ConnectionError: the connection is broken.

        """
        if not self.is_connected:
            await self.connect_check_health(check_health=False)
        if check_health:
            await self.check_health()  # type: ignore[no-untyped-call]  # redis-py has no types here
        try:
            async with asyncio.timeout(self.socket_timeout):
                await self._send_packed_command(_buffers(command))
        except BaseException as error:
            # Half a command may be on its way: nothing sensible can follow it.
            await self.disconnect(nowait=True)
            if isinstance(error, TimeoutError):
                raise RedisTimeoutError("Timeout writing to socket") from None
            if isinstance(error, OSError):
                raise RedisConnectionError(f"Error while writing to socket: {error}") from error
            raise

    def handed_over(self) -> ReadySocket:
        """Return the socket, which the caller owns from now on."""
        writer, self._reader, self._writer = self._writer, None, None
        assert writer is not None  # it is connected
        return ReadySocket(writer, self._parser.parse_error)


def _buffers(command: bytes | str | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(command, str):
        return [command.encode()]
    return [command] if isinstance(command, bytes) else command
