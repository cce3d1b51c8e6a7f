"""GraphQL over HTTP: one ASGI endpoint for queries, mutations, event streams and WebSockets.

Cross-site request forgery is impossible: GET executes only queries, POST takes only `application/json`, which browsers do
not send to another origin without a preflight, and cookies, which browsers add by themselves, are believed only from pages of
ours (`web/cookies.py`).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeAlias

from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from eager import Finished, resume, start
from error_codes import ErrorCode
from errors import RookeryError
from web.bodies import ClientDisconnected, check_content_type, read_body
from web.clients import given_to_client
from web.disconnects import CancelOnDisconnect
from web.documents import Operation
from web.error_formatting import ErrorFormatter
from web.execution import ContextT
from web.explorer import Explorer
from web.headers import headers_of
from web.limit_statuses import headers_of_limits, listed
from web.limits import HttpLimits
from web.negotiation import MediaType, negotiate
from web.refusals import DocumentRefused, RequestRefused
from web.request_parser import RequestParser
from web.requests import GraphQLRequest, RequestCache, from_url
from web.responses import refused_status, send_answer, send_errors
from web.running import Answer, Runner
from web.sockets import Sockets
from web.streams import Streams

ConnectionParams: TypeAlias = Mapping[str, object]
SHOW_PRICE = b"x-show-price"
"""Header of clients who want the price of their operation in `extensions.price`, with the value `ON`."""
SHOW_LIMITS = b"x-show-limits"
"""Header of clients who want the limits that their operation counted against in `extensions.limits`, with the value `ON`."""
ON = b"1"
PREFLIGHT = "Use GET or POST. Pages of another origin may call when ROOKERY_ALLOWED_ORIGINS lists it."
"""The answer to OPTIONS, which a browser sends before it lets such a page call."""
OpenContext: TypeAlias = Callable[[HTTPConnection, ConnectionParams | None], Awaitable[ContextT]]
BeginContext: TypeAlias = Callable[[HTTPConnection], Awaitable[ContextT]]
"""Opens a context for one query or mutation; whether the viewer is let in may be found out while that runs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GraphQLEndpoint(Generic[ContextT]):
    """The endpoint: it reads a request, parses its operation, runs it and sends the answer, each by a module of its own."""

    open_context: OpenContext[ContextT]
    begin_context: BeginContext[ContextT]
    parser: RequestParser
    runner: Runner[ContextT]
    formatter: ErrorFormatter
    limits: HttpLimits
    request_cache: RequestCache
    streams: Streams[ContextT]
    sockets: Sockets[ContextT]
    explorer: Explorer | None
    price: Callable[[Operation], int] | None = None
    """Returns what an operation costs, for clients that ask for it by `SHOW_PRICE`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request or one WebSocket."""
        if scope["type"] == "websocket":
            await self.sockets(scope, receive, send)
            return
        try:
            await self._respond(scope, receive, send)
        except ClientDisconnected:
            return  # nobody reads a response

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        media = MediaType.JSON
        try:
            media = negotiate(headers.get(b"accept"), html=self.explorer is not None and scope["method"] == "GET")
            if media is MediaType.HTML and self.explorer is not None:
                await self.explorer.send_page(send)
                return
            request, body = await self._read(scope, headers, receive)
            operation = await self._parse(request, scope, media)
            if body and operation.kind is OperationType.QUERY:
                self.request_cache.store(body, request)
        except RequestRefused as refused:
            written = MediaType.JSON if media.is_stream else media
            errors: list[object] = [self.formatter.request_error(refused.error)]
            await send_errors(send, refused.status, errors, written, *refused.headers)
        except DocumentRefused as refused:
            await self._send_refusal(send, refused, media)
        except RookeryError as error:
            await send_answer(send, self.runner.refuse(error), media)
        except ClientDisconnected:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours: the client gets an error in JSON, the log the details
            await send_errors(send, 500, [self.formatter.unexpected_error(error, "request")], MediaType.JSON)
        else:
            await self._run(operation, media, headers, HTTPConnection(scope), receive, send)

    async def _read(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> tuple[GraphQLRequest, bytes]:
        method = scope["method"]
        if method == "GET":
            return from_url(scope["query_string"], self.limits), b""
        if method != "POST":
            message = PREFLIGHT if method == "OPTIONS" else "Use GET or POST."
            raise RequestRefused(405, ErrorCode.METHOD_NOT_ALLOWED, message, (b"allow", b"GET, POST"))
        check_content_type(headers.get(b"content-type"), headers.get(b"content-encoding"))
        length, limits = headers.get(b"content-length"), self.limits
        body = await read_body(receive, length, limit=limits.body_bytes, seconds=limits.body_seconds)
        return self.request_cache.parse(body), body

    async def _parse(self, request: GraphQLRequest, scope: Scope, media: MediaType) -> Operation:
        operation = await self.parser.operation(request)
        if scope["method"] == "GET" and operation.kind is OperationType.MUTATION:
            raise RequestRefused(405, ErrorCode.METHOD_NOT_ALLOWED, "Send mutations by POST.", (b"allow", b"POST"))
        if operation.kind is OperationType.SUBSCRIPTION and not media.is_stream:
            await self.open_context(HTTPConnection(scope), None)  # a refused token is told first, as of any operation
            message = (
                "Subscriptions are streams: accept text/event-stream or multipart/mixed;subscriptionSpec=1.0, or use a WebSocket."
            )
            raise RequestRefused(406, ErrorCode.NOT_ACCEPTABLE, message)
        return operation

    async def _run(
        self,
        operation: Operation,
        media: MediaType,
        headers: Mapping[bytes, bytes],
        connection: HTTPConnection,
        receive: Receive,
        send: Send,
    ) -> None:
        async def open_context() -> ContextT:
            return await self.open_context(connection, None)

        connection.scope["rookery.operation"] = (operation.kind.value, operation.label)
        if media.is_stream:
            price = self._shown_price(operation, headers)
            await self.streams.run(operation, open_context, connection, media, receive, send, price)
            return
        running = self.runner.run(operation, partial(self.begin_context, connection), "http")
        step = start(running)
        if isinstance(step, Finished):
            answer: Answer = step.result
        else:
            async with CancelOnDisconnect(receive):
                answer = await resume(running, step)
        extended = answer.extended(self._extensions(operation, headers, connection.scope))
        await send_answer(send, extended, media, *headers_of_limits(connection.scope), *given_to_client(connection.scope))

    def _extensions(self, operation: Operation, headers: Mapping[bytes, bytes], scope: Scope) -> Mapping[str, object]:
        """Return what a client asks to be told of an operation beside its result."""
        price = self._shown_price(operation, headers)
        limits = {"limits": listed(scope)} if headers.get(SHOW_LIMITS) == ON else {}
        return limits if price is None else {"price": price, **limits}

    def _shown_price(self, operation: Operation, headers: Mapping[bytes, bytes]) -> int | None:
        """Return the price of an operation for a client who asks for it, else None."""
        return self.price(operation) if self.price is not None and headers.get(SHOW_PRICE) == ON else None

    async def _send_refusal(self, send: Send, refused: DocumentRefused, media: MediaType) -> None:
        errors: list[object] = [self.formatter.request_error(error) for error in refused.errors]
        if media.is_stream:
            await self.streams.refuse(errors, media, send)
        else:
            await send_errors(send, refused_status(media), errors, media)
