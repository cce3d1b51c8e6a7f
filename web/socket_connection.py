"""One WebSocket connection: its handshake, its operations and its end."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from typing import Generic

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Send

from error_codes import ErrorCode
from errors import RookeryError
from web.access import AccessLog
from web.documents import Operation
from web.drain import Drain
from web.error_formatting import ErrorFormatter
from web.execution import ContextT
from web.limits import Limits
from web.metrics import Metrics
from web.refusals import DocumentRefused, RequestRefused, document_refused
from web.request_parser import RequestParser
from web.requests import from_parameters
from web.running import Runner
from web.socket_messages import (
    ACK,
    BAD_MESSAGE,
    DUPLICATE_ID,
    FORBIDDEN,
    GOING_AWAY,
    INIT_TIMEOUT,
    INTERNAL_ERROR,
    PONG,
    TOO_MANY_INITS,
    TOO_SLOW,
    TRY_AGAIN_LATER,
    UNAUTHORIZED,
    ClientMessage,
    Complete,
    Init,
    Ping,
    Refused,
    SocketClosing,
    Subscribe,
    complete_message,
    error_message,
    next_message,
    read_message,
)
from web.streams import UntilEnded

_LATER = {ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SocketParts(Generic[ContextT]):
    """What all connections share."""

    open_context: Callable[[HTTPConnection, Mapping[str, object] | None], Awaitable[ContextT]]
    parser: RequestParser
    runner: Runner[ContextT]
    formatter: ErrorFormatter
    limits: Limits
    metrics: Metrics
    drain: Drain
    access_log: AccessLog
    until_ended: UntilEnded[ContextT] | None = None


class SocketConnection(Generic[ContextT]):
    """Reads the messages of the client, and runs each operation in its own task; all tasks end with the connection."""

    def __init__(self, shared: SocketParts[ContextT], connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """Take an accepted WebSocket, and the parts that all connections share."""
        self._shared = shared
        self._limits = shared.limits.streams
        self._connection = connection
        self._receive = receive
        self._send = send
        self._write_lock = asyncio.Lock()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._unfinished = 0
        self._finished = asyncio.Event()
        self._finished.set()
        self._context: ContextT

    async def serve(self) -> None:
        """Serve the client until either side closes the connection."""
        closing = SocketClosing(None)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._close_when_stopping(), name="socket drain")
                await self._handshake(group)
                while True:
                    await self._handle(await self._next(), group)
        except* SocketClosing as closings:
            closing = next(error for error in closings.exceptions if isinstance(error, SocketClosing))
        await self._close(closing)

    async def _handshake(self, group: asyncio.TaskGroup) -> None:
        try:
            async with asyncio.timeout(self._limits.init_seconds):
                while not isinstance(message := await self._next(), Init):
                    if isinstance(message, Subscribe | Refused):
                        raise SocketClosing(UNAUTHORIZED, "Unauthorized")
                    await self._handle(message, group)
        except TimeoutError:
            raise SocketClosing(INIT_TIMEOUT, "Connection initialisation timeout") from None
        await self._open(message)
        if self._shared.until_ended is not None:
            group.create_task(self._close_with_session(), name="session watch")
        await self._write(ACK)

    async def _open(self, message: Init) -> None:
        try:
            self._context = await self._shared.open_context(self._connection, message.params)
        except RookeryError as error:
            later = error.code in _LATER
            raise SocketClosing(TRY_AGAIN_LATER if later else FORBIDDEN, "Try again later" if later else str(error)) from error
        except Exception as error:
            self._shared.formatter.unexpected_error(error, "connection_init")
            raise SocketClosing(INTERNAL_ERROR, "Internal server error") from error

    async def _next(self) -> ClientMessage:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise SocketClosing(None)
        text = message.get("text")
        if text is None:
            raise SocketClosing(BAD_MESSAGE, "The message is not text")
        return read_message(text)

    async def _handle(self, message: ClientMessage, group: asyncio.TaskGroup) -> None:
        if isinstance(message, Subscribe):
            await self._subscribe(message, group)
        elif isinstance(message, Refused):
            await self._refuse(message.id, message.why)
        elif isinstance(message, Complete):
            if task := self._operations.pop(message.id, None):
                task.cancel()
        elif isinstance(message, Ping):
            await self._write(PONG)
        elif isinstance(message, Init):
            raise SocketClosing(TOO_MANY_INITS, "Too many initialisation requests")

    async def _subscribe(self, message: Subscribe, group: asyncio.TaskGroup) -> None:
        if message.id in self._operations:
            raise SocketClosing(DUPLICATE_ID, f"Subscriber for {message.id[:64]} already exists")
        if len(self._operations) >= self._limits.operations:
            refused = document_refused(ErrorCode.TOO_MANY_OPERATIONS, "Too many operations are open on this socket.")
            await self._refuse(message.id, refused)
            return
        task = group.create_task(self._operate(message), name="socket operation")
        self._operations[message.id] = task

    async def _refuse(self, identifier: str, refused: DocumentRefused) -> None:
        errors = [self._shared.formatter.request_error(error) for error in refused.errors]
        await self._write(error_message(identifier, errors))

    async def _operate(self, message: Subscribe) -> None:
        try:
            last = await self._run(message)
        except RequestRefused as refused:
            last = error_message(message.id, [self._shared.formatter.request_error(refused.error)])
        except DocumentRefused as refused:
            last = error_message(message.id, [self._shared.formatter.request_error(error) for error in refused.errors])
        finally:
            # Before the last message, because the client may use the id again after it. `complete` has removed a cancelled task.
            if self._operations.get(message.id) is asyncio.current_task():
                del self._operations[message.id]
        await self._write(last)

    async def _run(self, message: Subscribe) -> str:
        """Run the operation and return its last message."""
        request = from_parameters(message.payload, self._shared.limits.http, weight=message.weight)
        operation = await self._shared.parser.operation(request)
        with self._logged(operation):
            if operation.kind is OperationType.SUBSCRIPTION:
                return await self._stream(message.id, operation)
            with self._in_flight():
                answer = await self._shared.runner.run(operation, self._fresh_context, "ws")
                if answer.refused:
                    return error_message(message.id, answer.refused)
                await self._write(next_message(message.id, answer.json))
                return complete_message(message.id)

    @contextmanager
    def _logged(self, operation: Operation) -> Iterator[None]:
        """Write a line of the access log when the operation has ended: one socket has many."""
        start = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - start
            self._shared.access_log.operation(self._connection.scope, operation.kind.value, operation.label, seconds)

    async def _stream(self, identifier: str, operation: Operation) -> str:
        async with aclosing(self._shared.runner.stream(operation, self._fresh_context, "ws")) as answers:
            async for answer in answers:
                if answer.refused:
                    return error_message(identifier, answer.refused)
                await self._write(next_message(identifier, answer.json))
        return complete_message(identifier)

    async def _fresh_context(self) -> ContextT:
        return self._context.for_operation()

    @contextmanager
    def _in_flight(self) -> Iterator[None]:
        """Count the block as an operation that a graceful stop waits for."""
        self._unfinished += 1
        self._finished.clear()
        try:
            yield
        finally:
            self._unfinished -= 1
            if self._unfinished == 0:
                self._finished.set()

    async def _close_when_stopping(self) -> None:
        await self._shared.drain.wait_draining()
        await self._finished.wait()
        raise SocketClosing(GOING_AWAY, "Going away: resume elsewhere")

    async def _close_with_session(self) -> None:
        if self._shared.until_ended is not None:
            await self._shared.until_ended(self._context)
            raise SocketClosing(FORBIDDEN, "The session has ended")

    async def _write(self, text: str) -> None:
        """Send one message at a time; close the connection of a client that does not read, instead of buffering."""
        try:
            async with asyncio.timeout(self._limits.stall_seconds), self._write_lock:
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise SocketClosing(TOO_SLOW, "Too slow: resume from your last cursor") from None
        except OSError:
            raise SocketClosing(None) from None  # uvicorn raises it when the client has disconnected

    async def _close(self, closing: SocketClosing) -> None:
        if closing.code is None:
            return
        self._shared.metrics.cut(str(closing.code))
        # A client that does not read gets the close code if it reads again in time, else a broken connection.
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(self._limits.close_seconds):
                await self._send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})
