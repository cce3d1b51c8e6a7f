"""One WebSocket connection: its handshake, its messages, its signs of life and its end."""

import asyncio
from contextlib import suppress
from typing import Generic

from starlette.requests import HTTPConnection
from starlette.types import Receive, Send

from error_codes import ErrorCode
from errors import RookeryError
from web.client_writer import ClientWriter
from web.endings import (
    BAD_MESSAGE,
    CREDENTIAL_REFUSED,
    DEFECT,
    DRAINING,
    NOT_ACKNOWLEDGED,
    NOT_INTRODUCED,
    OTHER_PERSON,
    OVERLOADED,
    SILENT,
    TOO_MANY_CONNECTIONS,
    TOO_MANY_INITS,
    Ended,
    Ending,
)
from web.execution import ContextT
from web.quotas import OpenConnection, QuotaExceeded
from web.sessions import SessionTimer
from web.socket_messages import (
    ACK,
    PING,
    PONG,
    ClientMessage,
    Complete,
    Init,
    Ping,
    Refused,
    Subscribe,
    authorized_message,
    error_message,
    read_message,
)
from web.socket_operations import SocketOperations, SocketParts

_LATER = {ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE}


class SocketConnection(Generic[ContextT]):
    """Reads the messages of the client; all of its operations end with the connection.

    Idle sockets are many, so one has a single task. What ends it from outside (its session, its silence, a stop) is a callback
    that interrupts that task.
    """

    __slots__ = (
        *("_connection", "_counted", "_heard", "_interrupted", "_interruption", "_limits", "_operations", "_over"),
        *("_ping_timer", "_receive", "_send", "_sent_away", "_session", "_shared", "_unanswered", "_writer"),
    )

    def __init__(
        self,
        shared: SocketParts[ContextT],
        connection: HTTPConnection,
        receive: Receive,
        send: Send,
        counted: OpenConnection,
    ) -> None:
        """Take an accepted WebSocket, the parts that all connections share, and what counts this one."""
        self._shared = shared
        self._limits = shared.limits.streams
        self._connection = connection
        self._receive = receive
        self._send = send
        self._counted = counted
        self._writer = ClientWriter(connection.scope, send, self._limits.stall_seconds)
        self._operations = SocketOperations(shared, connection, self._write, counted, self._operations_answered)
        self._session = SessionTimer(self._interrupt, shared.revocations)
        self._interruption = asyncio.timeout(None)
        self._interrupted: Ended | None = None
        self._sent_away = False
        self._over = False
        self._heard = False
        self._unanswered = 0
        self._ping_timer: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        """Serve the client until either side closes the connection."""
        ended: Ended | None = None
        self._shared.drain.watch(self._send_away)
        try:
            async with self._interruption, asyncio.TaskGroup() as group:
                await self._handshake(group)
                while True:
                    await self._handle(await self._next(), group)
        except* Ended as reasons:
            ended = next(reason for reason in reasons.exceptions if isinstance(reason, Ended))
        except* TimeoutError:
            if self._interrupted is None:
                raise
        finally:
            self._over = True
            self._shared.drain.forget(self._send_away)
            self._session.stop()
            if self._ping_timer is not None:
                self._ping_timer.cancel()
        if ended := self._interrupted or ended:
            await self._close(ended)

    # The handshake, and signing in again

    async def _handshake(self, group: asyncio.TaskGroup) -> None:
        self._counted.wait(self._out_of_room)
        try:
            async with asyncio.timeout(self._limits.init_seconds):
                while not isinstance(message := await self._next(), Init):
                    if isinstance(message, Subscribe | Refused) or (isinstance(message, Ping) and message.signs_in):
                        raise Ended(NOT_ACKNOWLEDGED)
                    await self._handle(message, group)
        except TimeoutError:
            raise Ended(NOT_INTRODUCED) from None
        self._counted.stop_waiting()
        context = await self._opened(message)
        session = self._shared.session_of(context)
        try:
            self._counted.introduce(session and session.person)
        except QuotaExceeded as exceeded:
            raise Ended(TOO_MANY_CONNECTIONS, str(exceeded)) from None
        self._operations.context = context
        self._session.watch(session)
        self._ping_timer = asyncio.get_running_loop().call_later(self._limits.ping_seconds, self._ping)
        await self._write(ACK)

    async def _sign_in_again(self, message: Ping) -> None:
        """Go on with a newer token of the same person; what is open stays open."""
        context = await self._opened(message)
        before, session = self._shared.session_of(self._operations.context), self._shared.session_of(context)
        if before is None:
            raise Ended(OTHER_PERSON, "This socket began without a token: open another")
        if session is None or session.person != before.person:
            raise Ended(OTHER_PERSON)
        self._operations.context = context
        self._session.watch(session)
        await self._write(authorized_message(session.ends_at))

    async def _opened(self, message: Init | Ping) -> ContextT:
        try:
            return await self._shared.open_context(self._connection, message.params)
        except RookeryError as error:
            later = error.code in _LATER
            raise Ended(OVERLOADED) if later else Ended(CREDENTIAL_REFUSED, str(error)) from error
        except Exception as error:
            self._shared.formatter.unexpected_error(error, "connection_init")
            raise Ended(DEFECT) from error

    # Messages

    async def _next(self) -> ClientMessage:
        message = await self._receive()
        self._heard = True
        if message["type"] == "websocket.disconnect":
            raise Ended(None)
        text = message.get("text")
        if text is None:
            raise Ended(BAD_MESSAGE, "The message is not text")
        return read_message(text)

    async def _handle(self, message: ClientMessage, group: asyncio.TaskGroup) -> None:
        if isinstance(message, Subscribe):
            await self._operations.begin(message, group)
            if self._shared.drain.started:
                self._send_away()  # it wants something new, which another server answers
        elif isinstance(message, Refused):
            await self._operations.refuse(message.id, message.why)
        elif isinstance(message, Complete):
            self._operations.complete(message.id)
        elif isinstance(message, Ping):
            await (self._sign_in_again(message) if message.signs_in else self._write(PONG))
        elif isinstance(message, Init):
            raise Ended(TOO_MANY_INITS)

    async def _write(self, *texts: str) -> None:
        await self._writer.write(*({"type": "websocket.send", "text": text} for text in texts))

    # Signs of life

    def _ping(self) -> None:
        """Send a ping; end the connection of a client that answered none of the last ones, and read nothing either."""
        self._session.check()
        self._unanswered = 0 if self._heard or self._writer.has_read else self._unanswered + 1
        self._heard = self._writer.has_read = False
        if self._unanswered >= self._limits.unanswered_pings:
            self._interrupt(SILENT)
            return
        self._writer.offer({"type": "websocket.send", "text": PING})
        self._ping_timer = asyncio.get_running_loop().call_later(self._limits.ping_seconds, self._ping)

    # Ends

    def _out_of_room(self) -> None:
        self._interrupt(TOO_MANY_CONNECTIONS)

    def _send_away(self) -> None:
        """End the connection because the process stops, once the queries and mutations on it are answered."""
        self._sent_away = True
        self._operations_answered()

    def _operations_answered(self) -> None:
        if self._sent_away and not self._operations.unanswered:
            self._interrupt(DRAINING)

    def _interrupt(self, ending: Ending) -> None:
        """End the connection from a callback; the first ending counts."""
        if self._interrupted is None and not self._over:
            self._interrupted = Ended(ending)
            self._interruption.reschedule(asyncio.get_running_loop().time())

    async def _close(self, ended: Ended) -> None:
        ending = ended.ending
        if ending is None:
            return
        self._shared.metrics.cut(ending.name)
        # A client that does not read gets the close code if it reads again in time, else a broken connection.
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(self._limits.close_seconds):
                await self._writer.drained()
                if ending.operations_error is not None:
                    await self._tell_operations(ending.operations_error, ended.reason, ending.error_reason)
                await self._send({"type": "websocket.close", "code": ending.close_code, "reason": ended.reason})

    async def _tell_operations(self, code: ErrorCode, sentence: str, reason: str | None) -> None:
        for identifier in self._operations.ids:
            errors = [self._shared.formatter.ending_error(code, sentence, reason=reason)]
            await self._send({"type": "websocket.send", "text": error_message(identifier, errors)})
