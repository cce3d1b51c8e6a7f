"""Connections to Redis that send without a task of their own, so that a cancellation always arrives."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError


def prompt(kind: type[AbstractConnection]) -> type[AbstractConnection]:
    """Give this kind of connection (plain, TLS, a socket of Unix), sending as below."""
    return type(f"Prompt{kind.__name__}", (PromptConnection, kind), {})


@dataclass(frozen=True, slots=True)
class ReadySocket:
    """A socket that is connected, authenticated and on its database. `error_of` gives the error of a reply that tells of one."""

    writer: asyncio.StreamWriter
    error_of: Callable[[str], Exception]


class PromptConnection(AbstractConnection):
    """Sends within a time limit.

    The client does so by `asyncio.wait_for`, which makes a task for each command, and before Python 3.12 loses a cancellation
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
            await self.check_health()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(self.socket_timeout):
                await self._send_packed_command(_parts(command))
        except BaseException as error:
            # Half a command may be on its way: nothing sensible can follow it.
            await self.disconnect(nowait=True)
            if isinstance(error, TimeoutError):
                raise RedisTimeoutError("Timeout writing to socket") from None
            if isinstance(error, OSError):
                raise RedisConnectionError(f"Error while writing to socket: {error}") from error
            raise

    def handed_over(self) -> ReadySocket:
        """Give the socket to somebody who speaks on it from now on."""
        writer, self._reader, self._writer = self._writer, None, None
        assert writer is not None  # it is connected
        return ReadySocket(writer, self._parser.parse_error)


def _parts(command: bytes | str | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(command, str):
        return [command.encode()]
    return [command] if isinstance(command, bytes) else command
