"""GraphQL over server-sent events, one connection per operation (the "distinct connections mode" of graphql-sse).

Each result is an event `next`, and the end is an event `complete`; comments keep an idle stream open. When the server ends a
stream (a stop, a slow reader), it sends no `complete`: then EventSource and graphql-sse reconnect after the time in `retry`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Generic, TypeAlias

import orjson
from graphql import OperationType
from starlette.types import Receive, Send

from web.documents import Operation
from web.drain import Drain
from web.execution import ContextT
from web.limits import StreamLimits
from web.metrics import Metrics
from web.running import OpenOnce, Runner

UntilEnded: TypeAlias = Callable[[ContextT], Awaitable[None]]
"""Returns when the viewer's session ends: revoked or expired."""

COMPLETED = "completed"
STOPPING = "stopping"
SESSION = "session"
SLOW = "slow"
DISCONNECTED = "disconnected"

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, authorization"),
    (b"x-accel-buffering", b"no"),  # otherwise nginx would buffer events
]
_COMPLETE = b"event: complete\ndata:\n\n"


class StreamOver(Exception):
    """The stream ends now; the message is the reason, which metrics count."""


class EventStreams(Generic[ContextT]):
    """Runs operations for clients that accept `text/event-stream`."""

    def __init__(
        self,
        runner: Runner[ContextT],
        limits: StreamLimits,
        metrics: Metrics,
        drain: Drain,
        until_ended: UntilEnded[ContextT] | None = None,
    ) -> None:
        """Without `until_ended`, a stream stays open when the viewer's token expires."""
        self._runner = runner
        self._limits = limits
        self._metrics = metrics
        self._drain = drain
        self._until_ended = until_ended

    async def refuse(self, errors: Sequence[object], send: Send) -> None:
        """Send errors as a result, as the protocol requires: EventSource cannot read another response."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _next(orjson.dumps({"errors": errors})) + _COMPLETE})

    async def run(
        self, operation: Operation, open_context: OpenOnce[ContextT], receive: Receive, send: Send, price: int | None = None
    ) -> None:
        """Run the operation and send its results until the operation, the client, the session or the process ends.

        Each result has the `price` of the operation, unless it is None.
        """
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        writer = _Writer(send, self._limits)
        reason = DISCONNECTED
        try:
            with self._drain.track():
                async with asyncio.TaskGroup() as group:

                    async def opened() -> ContextT:
                        context = await open_context()
                        if self._until_ended is not None:
                            group.create_task(self._end_with_session(self._until_ended(context)))
                        return context

                    group.create_task(self._pump(operation, opened, writer, price), name="server-sent events")
                    group.create_task(self._send_heartbeats(writer), name="heartbeat")
                    await _wait_disconnect(receive)
        except* StreamOver as over:
            reason = str(over.exceptions[0])
        if reason in {STOPPING, SESSION, SLOW}:
            self._metrics.cut(reason)
        if reason in {COMPLETED, STOPPING, SESSION}:
            await writer.finish()

    async def _pump(
        self, operation: Operation, open_context: OpenOnce[ContextT], writer: "_Writer", price: int | None
    ) -> None:
        if operation.kind is OperationType.SUBSCRIPTION:
            async with aclosing(self._runner.stream(operation, open_context, "sse")) as answers:
                async for answer in answers:
                    await writer.write(_next(answer.priced(price).json))
        else:
            answer = await self._runner.run(operation, open_context, "sse")
            await writer.write(_next(answer.priced(price).json))
        await writer.write(_COMPLETE)
        raise StreamOver(COMPLETED)

    async def _send_heartbeats(self, writer: "_Writer") -> None:
        while True:
            try:
                async with asyncio.timeout(self._limits.heartbeat_seconds):
                    await self._drain.wait_draining()
            except TimeoutError:
                await writer.write(b":\n\n")
            else:
                await writer.write(f"retry: {self._limits.resume_milliseconds}\n\n".encode())
                raise StreamOver(STOPPING)

    async def _end_with_session(self, ended: Awaitable[None]) -> None:
        await ended
        raise StreamOver(SESSION)


class _Writer:
    """Writes one message at a time to the client, and ends the stream of a client that does not read."""

    def __init__(self, send: Send, limits: StreamLimits) -> None:
        self._send = send
        self._stall_seconds = limits.stall_seconds
        self._write_lock = asyncio.Lock()

    async def write(self, text: bytes) -> None:
        try:
            async with asyncio.timeout(self._stall_seconds), self._write_lock:
                await self._send({"type": "http.response.body", "body": text, "more_body": True})
        except TimeoutError:
            raise StreamOver(SLOW) from None

    async def finish(self) -> None:
        await self._send({"type": "http.response.body", "body": b""})


def _next(json: bytes) -> bytes:
    # orjson writes no line breaks, which would end the field.
    return b"event: next\ndata: " + json + b"\n\n"


async def _wait_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise StreamOver(DISCONNECTED)
