"""GraphQL over HTTP: one ASGI endpoint for queries, mutations, streams and sockets.

Forged cross-site requests are impossible: GET runs only queries, POST takes only `application/json`, which browsers
do not send to another origin without a preflight, and no credential is ambient, since cookies are not read.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from eager import Finished, resume, start
from web.bodies import ClientGone, check_content_type, read_body
from web.disconnects import CancelledWhenGone
from web.documents import Operation
from web.execution import ContextT
from web.explorer import Explorer
from web.failures import Failures
from web.headers import headers_of
from web.limits import HttpLimits
from web.negotiation import Media, wanted
from web.refusals import DocumentRefused, RequestRefused
from web.request_parser import RequestParser
from web.requests import Bodies, GraphQLRequest, from_url
from web.responses import refused_status, send_answer, send_errors
from web.running import Answer, Runner
from web.sockets import Sockets
from web.streams import EventStreams

ConnectionParams: TypeAlias = Mapping[str, object]
OpenContext: TypeAlias = Callable[[HTTPConnection, ConnectionParams | None], Awaitable[ContextT]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GraphQLEndpoint(Generic[ContextT]):
    """The endpoint. Each request is read, admitted, run and answered, and each of the four has its own module."""

    open_context: OpenContext[ContextT]
    parser: RequestParser
    runner: Runner[ContextT]
    failures: Failures
    limits: HttpLimits
    bodies: Bodies
    streams: EventStreams[ContextT]
    sockets: Sockets[ContextT]
    explorer: Explorer | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one WebSocket."""
        if scope["type"] == "websocket":
            await self.sockets(scope, receive, send)
            return
        try:
            await self._respond(scope, receive, send)
        except ClientGone:
            return  # nobody reads an answer

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        media = Media.JSON
        try:
            media = wanted(headers.get(b"accept"), html=self.explorer is not None and scope["method"] == "GET")
            if media is Media.HTML and self.explorer is not None:
                await self.explorer.send_page(send)
                return
            request, body = await self._read(scope, headers, receive)
            operation = await self._admitted(request, scope["method"], media)
            if body and operation.kind is OperationType.QUERY:
                self.bodies.keep(body, request)
        except RequestRefused as refused:
            written = Media.JSON if media is Media.EVENTS else media
            errors: list[object] = [self.failures.requested(refused.error)]
            await send_errors(send, refused.status, errors, written, *refused.headers)
        except DocumentRefused as refused:
            await self._send_refusal(send, refused, media)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours; the client is told so in JSON, and the log where it is
            await send_errors(send, 500, [self.failures.unexpected(error, "request")], Media.JSON)
        else:
            await self._run(operation, media, HTTPConnection(scope), receive, send)

    async def _read(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> tuple[GraphQLRequest, bytes]:
        method = scope["method"]
        if method == "GET":
            return from_url(scope["query_string"], self.limits), b""
        if method != "POST":
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Use GET or POST.", (b"allow", b"GET, POST"))
        check_content_type(headers.get(b"content-type"), headers.get(b"content-encoding"))
        length, limits = headers.get(b"content-length"), self.limits
        body = await read_body(receive, length, limit=limits.body_bytes, seconds=limits.body_seconds)
        return self.bodies.read(body), body

    async def _admitted(self, request: GraphQLRequest, method: str, media: Media) -> Operation:
        operation = await self.parser.operation(request)
        if method == "GET" and operation.kind is OperationType.MUTATION:
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", (b"allow", b"POST"))
        if operation.kind is OperationType.SUBSCRIPTION and media is not Media.EVENTS:
            message = "Subscriptions are streams: accept text/event-stream, or use a WebSocket."
            raise RequestRefused(406, "NOT_ACCEPTABLE", message)
        return operation

    async def _run(
        self, operation: Operation, media: Media, connection: HTTPConnection, receive: Receive, send: Send
    ) -> None:
        async def open_context() -> ContextT:
            return await self.open_context(connection, None)

        if media is Media.EVENTS:
            await self.streams.run(operation, open_context, receive, send)
            return
        connection.scope["rookery.operation"] = (operation.kind.value, operation.label)
        running = self.runner.run(operation, open_context, "http")
        step = start(running)
        if isinstance(step, Finished):
            answer: Answer = step.result
        else:
            async with CancelledWhenGone(receive):
                answer = await resume(running, step)
        await send_answer(send, answer, media)

    async def _send_refusal(self, send: Send, refused: DocumentRefused, media: Media) -> None:
        errors: list[object] = [self.failures.requested(error) for error in refused.errors]
        if media is Media.EVENTS:
            await self.streams.refuse(errors, send)
        else:
            await send_errors(send, refused_status(media), errors, media)
