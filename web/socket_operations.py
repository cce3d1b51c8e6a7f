"""The operations of one WebSocket: each runs in a task of its own and answers under the id that the client chose."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, Protocol

from graphql import OperationType
from starlette.requests import HTTPConnection

from error_codes import ErrorCode
from errors import Unauthenticated
from web.access import AccessLog
from web.documents import Operation
from web.drain import Drain
from web.endings import DUPLICATE_ID, SESSION_ENDED, Ended
from web.error_formatting import ErrorFormatter
from web.execution import ContextT
from web.limits import Limits
from web.metrics import Metrics
from web.quotas import OpenConnection, QuotaExceeded, Quotas
from web.refusals import DocumentRefused, RequestRefused, document_refused
from web.request_parser import RequestParser
from web.requests import from_parameters
from web.revocations import Revocations
from web.running import Runner
from web.sessions import SessionOf
from web.socket_messages import Subscribe, complete_message, error_message, next_message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SocketParts(Generic[ContextT]):
    """What all connections share."""

    open_context: Callable[[HTTPConnection, Mapping[str, object] | None], Awaitable[ContextT]]
    session_of: SessionOf[ContextT]
    parser: RequestParser
    runner: Runner[ContextT]
    formatter: ErrorFormatter
    limits: Limits
    quotas: Quotas
    metrics: Metrics
    drain: Drain
    access_log: AccessLog
    revocations: Revocations


class Write(Protocol):
    """Writes messages to a client, all at once, and then waits until it takes more."""

    async def __call__(self, *texts: str) -> None:
        """Write."""


class SocketOperations(Generic[ContextT]):
    """Runs operations and writes their messages.

    `context` has whom they run as; after `connection_init` it is set, and again when the client signs in again. Thousands of
    subscriptions wait here, so their frames are few, and hold no message of the client and no context manager of a generator.
    """

    __slots__ = ("_answered", "_connection", "_counted", "_shared", "_tasks", "_unanswered", "_write", "context")

    def __init__(
        self,
        shared: SocketParts[ContextT],
        connection: HTTPConnection,
        write: Write,
        counted: OpenConnection,
        answered: Callable[[], None],
    ) -> None:
        """Call `answered` when the last query or mutation that is open has its answer."""
        self._shared = shared
        self._connection = connection
        self._write = write
        self._counted = counted
        self._answered = answered
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._unanswered: set[asyncio.Task[None] | None] = set()
        self.context: ContextT

    @property
    def ids(self) -> Sequence[str]:
        """Return the ids of the operations that are open, or were when the connection ended."""
        return tuple(self._tasks)

    @property
    def unanswered(self) -> bool:
        """Whether a query or a mutation has no answer yet."""
        return bool(self._unanswered)

    async def begin(self, message: Subscribe, group: asyncio.TaskGroup) -> None:
        """Run an operation in the group.

        Raises:
            Ended: its id is in use.

        """
        if message.id in self._tasks:
            raise Ended(DUPLICATE_ID, f"Subscriber for {message.id[:64]} already exists")
        if len(self._tasks) >= self._shared.limits.streams.operations:
            refused = document_refused(ErrorCode.TOO_MANY_OPERATIONS, "Too many operations are open on this socket.")
            await self.refuse(message.id, refused)
            return
        self._tasks[message.id] = group.create_task(self._operate(message), name="socket operation")

    def complete(self, identifier: str) -> None:
        """End an operation, if it is open."""
        if task := self._tasks.pop(identifier, None):
            task.cancel()

    async def refuse(self, identifier: str, refused: DocumentRefused) -> None:
        """Say why an operation does not run."""
        await self._write(self._refusal(identifier, refused))

    def _refusal(self, identifier: str, refused: DocumentRefused) -> str:
        return error_message(identifier, [self._shared.formatter.request_error(error) for error in refused.errors])

    async def _operate(self, message: Subscribe) -> None:
        identifier = message.id
        try:
            operation = await self._parsed(message)
            del message
            last = operation if isinstance(operation, str) else await self._run(identifier, operation)
            # Before the last message, because the client may use the id again after it. What is cancelled stays: `complete` has
            # removed it, or the connection ends, and then the client is told of each that was open.
            if self._tasks.get(identifier) is asyncio.current_task():
                del self._tasks[identifier]
            await self._write(last)
        finally:
            if (task := asyncio.current_task()) in self._unanswered:
                self._unanswered.remove(task)
                self._answered()

    async def _parsed(self, message: Subscribe) -> Operation | str:
        """Return the operation of a message, or the last message to it where it is refused."""
        try:
            request = from_parameters(message.payload, self._shared.limits.http, weight=message.weight)
            return await self._shared.parser.operation(request)
        except RequestRefused as refused:
            return error_message(message.id, [self._shared.formatter.request_error(refused.error)])
        except DocumentRefused as refused:
            return self._refusal(message.id, refused)

    async def _run(self, identifier: str, operation: Operation) -> str:
        """Run an operation, however it ends, and return its last message."""
        rows = self._shared.runner.rows(operation)
        try:
            self._counted.begin_operation(rows)
        except QuotaExceeded as exceeded:
            return self._refusal(identifier, document_refused(exceeded.code, str(exceeded)))
        start = time.perf_counter()
        try:
            if operation.kind is OperationType.SUBSCRIPTION:
                return await self._stream(identifier, operation)
            self._unanswered.add(asyncio.current_task())
            answer = await self._shared.runner.run(operation, self._fresh_context, "ws")
            if answer.refused:
                return error_message(identifier, answer.refused)
            await self._write(next_message(identifier, answer.json))
            return complete_message(identifier)
        finally:  # a line of the access log for each: one socket has many
            self._counted.end_operation(rows)
            seconds = time.perf_counter() - start
            self._shared.access_log.operation(self._connection.scope, operation.kind.value, operation.label, seconds)

    async def _stream(self, identifier: str, operation: Operation) -> str:
        async with aclosing(self._shared.runner.stream(operation, self._fresh_context, "ws")) as batches:
            async for answers in batches:
                if (first := answers[0]).refused:
                    if isinstance(first.cause, Unauthenticated) and self._shared.session_of(self.context) is not None:
                        raise Ended(SESSION_ENDED)
                    return error_message(identifier, first.refused)
                await self._write(*(next_message(identifier, answer.json) for answer in answers))
                del answers, first  # they would be retained until the next ones
        return complete_message(identifier)

    async def _fresh_context(self) -> ContextT:
        return self.context.for_operation()
