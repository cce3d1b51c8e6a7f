"""Operations as streams over HTTP, one request each: server-sent events and multipart responses."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Generic, NoReturn

import orjson
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from error_codes import ErrorCode
from errors import RateLimited, RookeryError, Unauthenticated, Unavailable
from web.client_writer import ClientWriter
from web.documents import Operation
from web.drain import RETRY_AFTER_SECONDS, Drain
from web.endings import DRAINING, SESSION_ENDED, Ended, Ending, Told
from web.error_formatting import ErrorFormatter
from web.execution import ContextT
from web.limits import StreamLimits
from web.metrics import Metrics
from web.negotiation import MediaType
from web.quotas import QuotaExceeded, Quotas
from web.responses import send_answer, send_errors
from web.revocations import Revocations
from web.running import Answer, OpenOnce, Runner
from web.sessions import Session, SessionOf, SessionTimer
from web.stream_formats import FORMATS, StreamFormat

_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, authorization, cookie"),
    (b"x-accel-buffering", b"no"),  # otherwise nginx would buffer events
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streams(Generic[ContextT]):
    """Runs operations for clients that accept a stream."""

    runner: Runner[ContextT]
    formatter: ErrorFormatter
    limits: StreamLimits
    quotas: Quotas
    metrics: Metrics
    drain: Drain
    session_of: SessionOf[ContextT]
    revocations: Revocations

    async def refuse(self, errors: Sequence[object], media: MediaType, send: Send) -> None:
        """Send errors as a result, as the protocol requires: EventSource cannot read another response."""
        written = FORMATS[media]
        await begin(send, written)
        result = written.result(orjson.dumps({"errors": errors}))
        await send({"type": "http.response.body", "body": written.beginning + result + written.end})

    async def run(
        self,
        operation: Operation,
        open_context: OpenOnce[ContextT],
        connection: HTTPConnection,
        media: MediaType,
        receive: Receive,
        send: Send,
        price: int | None = None,
    ) -> None:
        """Run the operation and send its results until the operation, the client, the session or the process ends.

        Each result has the `price` of the operation, unless it is None. What cannot begin gets an HTTP status that says so,
        because clients then try again by themselves; a refused token is told as a result, as any refusal of an operation.
        """
        address = connection.client.host if connection.client else ""
        try:
            if self.drain.started:
                raise Unavailable
            stream = _Stream(self, FORMATS[media], operation, price, connection.scope, send)
            if operation.kind is not OperationType.SUBSCRIPTION:  # it ends by itself, as one with another answer does
                opened, _ = await self._opened(open_context)
                await stream.serve(opened, None, receive)
                return
            with self.quotas.connection(address) as counted:
                opened, session = await self._opened(open_context)
                counted.introduce(session and session.person)
                rows = self.runner.rows(operation)
                counted.begin_operation(rows)
                try:
                    await stream.serve(opened, session, receive)
                finally:
                    counted.end_operation(rows)
        except QuotaExceeded as exceeded:
            self.metrics.cut(exceeded.code.lower())
            error = self.formatter.ending_error(exceeded.code, str(exceeded), RETRY_AFTER_SECONDS)
            await send_errors(send, 429, [error], MediaType.RESPONSE, (b"retry-after", b"%d" % RETRY_AFTER_SECONDS))
        except RookeryError as error:
            await send_answer(send, self.runner.refuse(error), MediaType.RESPONSE)

    async def _opened(self, open_context: OpenOnce[ContextT]) -> tuple[OpenOnce[ContextT], Session | None]:
        """Open the context before the stream, so that overload and quotas have a status of their own.

        Return a function that gives it to the runner, or raises what refused it, and the session.

        Raises:
            RateLimited: not now.
            Unavailable: not now.

        """
        try:
            context = await open_context()
        except (RateLimited, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001 - the runner tells it as a result, or as a defect
            return partial(_refused, error), None
        return partial(_given, context), self.session_of(context)


async def _given(context: ContextT) -> ContextT:
    return context


async def _refused(error: Exception) -> NoReturn:
    raise error


class _Stream(Generic[ContextT]):
    """One stream."""

    def __init__(
        self,
        shared: Streams[ContextT],
        written: StreamFormat,
        operation: Operation,
        price: int | None,
        scope: Scope,
        send: Send,
    ) -> None:
        self._shared = shared
        self._written = written
        self._operation = operation
        self._price = price
        self._send = send
        self._writer = ClientWriter(scope, send, shared.limits.stall_seconds)
        self._session = SessionTimer(self._interrupt, shared.revocations)
        self._interruption = asyncio.timeout(None)
        self._interrupted: Ended | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def serve(self, open_context: OpenOnce[ContextT], session: Session | None, receive: Receive) -> None:
        """Send results until something ends the stream."""
        await begin(self._send, self._written)
        ended: Ended | None = None
        with self._shared.drain.track():
            try:
                async with self._interruption, asyncio.TaskGroup() as group:
                    watching = group.create_task(_wait_disconnect(receive), name="disconnection watch")
                    self._begin_watching(session)
                    await self._pump(open_context)
                    watching.cancel()
            except* Ended as reasons:
                ended = next(reason for reason in reasons.exceptions if isinstance(reason, Ended))
            except* TimeoutError:
                if self._interrupted is None:
                    raise
            finally:
                self._stop_watching()
            await self._finish(self._interrupted or ended)

    async def _pump(self, open_context: OpenOnce[ContextT]) -> None:
        await self._write(self._written.beginning)
        runner, transport = self._shared.runner, self._written.transport
        if self._operation.kind is OperationType.SUBSCRIPTION:
            async with aclosing(runner.stream(self._operation, open_context, transport)) as batches:
                begun = False
                async for answers in batches:
                    if begun and isinstance(answers[0].cause, Unauthenticated):
                        raise Ended(SESSION_ENDED)
                    begun = True
                    await self._write(b"".join(map(self._result, answers)))
                    del answers  # they would be retained until the next ones
        else:
            await self._write(self._result(await runner.run(self._operation, open_context, transport)))
        await self._write(self._written.end)

    def _result(self, answer: Answer) -> bytes:
        return self._written.result(answer.extended({} if self._price is None else {"price": self._price}).json)

    async def _write(self, text: bytes) -> None:
        if text:
            await self._writer.write({"type": "http.response.body", "body": text, "more_body": True})

    def _begin_watching(self, session: Session | None) -> None:
        """Watch what may end a subscription from outside. A query or a mutation ends by itself, and a stop waits for it."""
        if self._operation.kind is OperationType.SUBSCRIPTION:
            self._shared.drain.watch(self._send_away)
            self._session.watch(session)
        self._timer = asyncio.get_running_loop().call_later(self._shared.limits.ping_seconds, self._show_life)

    def _stop_watching(self) -> None:
        self._shared.drain.forget(self._send_away)
        self._session.stop()
        if self._timer is not None:
            self._timer.cancel()

    def _show_life(self) -> None:
        self._session.check()
        self._writer.offer({"type": "http.response.body", "body": self._written.sign_of_life, "more_body": True})
        self._timer = asyncio.get_running_loop().call_later(self._shared.limits.ping_seconds, self._show_life)

    def _send_away(self) -> None:
        self._interrupt(DRAINING)

    def _interrupt(self, ending: Ending) -> None:
        if self._interrupted is None:
            self._interrupted = Ended(ending)
            self._interruption.reschedule(asyncio.get_running_loop().time())

    async def _finish(self, ended: Ended | None) -> None:
        """Tell the client why the stream ends, if it ended by us and the client reads."""
        if ended is not None:
            if ended.ending is None:
                return
            self._shared.metrics.cut(ended.ending.name)
            if ended.ending.told is Told.CUT:
                return
        with suppress(Ended):
            if ended is not None:
                await self._write(self._last_words(ended))
            await self._send({"type": "http.response.body", "body": b""})

    def _last_words(self, ended: Ended) -> bytes:
        ending = ended.ending
        if ending is not None and ending.told is Told.ERROR and ending.error is not None:
            error = self._shared.formatter.ending_error(ending.error, ended.reason, reason=ending.error_reason)
            return self._written.error(error)
        # Streams that end together must not come back together.
        seconds = round(self._shared.limits.resume_seconds * random.uniform(0.5, 1.5), 3)  # noqa: S311 - chance, no secret
        error = self._shared.formatter.ending_error(ErrorCode.UNAVAILABLE, ended.reason, seconds)
        return self._written.come_back(error, seconds)


async def begin(send: Send, written: StreamFormat) -> None:
    """Send the head of a stream."""
    headers = [(b"content-type", written.content_type), *_HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _wait_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise Ended(None)
