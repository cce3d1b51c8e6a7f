"""Assembles the HTTP surface from its parts."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic

import structlog
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Lifespan
from strawberry import Schema

from web.access import AccessLog
from web.documents import Documents, Operation
from web.drain import Drain
from web.error_formatting import ErrorFormatter
from web.execution import ContextT, CoreExecutor, OperationExecutor, core_schema
from web.explorer import Explorer, explorer_assets
from web.graphql import BeginContext, GraphQLEndpoint, OpenContext
from web.headers import SecurityHeaders
from web.health import Check, Health
from web.hosts import TrustedHosts
from web.limits import Limits
from web.metrics import Metrics
from web.middleware import RequestMiddleware
from web.origins import Origins
from web.persisted import DocumentStore
from web.quotas import Quotas
from web.request_parser import RequestParser
from web.requests import RequestCache
from web.revocations import Revocations
from web.running import Admit, Runner, admit_all, one_row
from web.sessions import SessionOf, no_session
from web.slashes import with_slash_redirects
from web.socket_operations import SocketParts
from web.sockets import Sockets
from web.streams import Streams
from web.trusted import TrustedDocuments

GRAPHQL_PATH = "/graphql"
EXPLORER_PATH = "/explorer"
_log = structlog.get_logger("web.routes")


@dataclass(frozen=True, slots=True)
class WebOptions(Generic[ContextT]):
    """Options of the surface, set by the operator or the application."""

    limits: Limits = field(default_factory=Limits)
    explorer: bool = True
    introspection: bool = True
    metrics: bool = True
    show_incidents: bool = False
    """Log the messages of unexpected errors, which may contain what a client sent. Only for development."""
    https: bool = False
    allowed_origins: Sequence[str] = ()
    allowed_hosts: Sequence[str] = ()
    document_store: DocumentStore | None = None
    """Stores automatic persisted queries; None turns them off."""
    trusted_documents: TrustedDocuments | None = None
    only_trusted_documents: bool = False
    checks: Mapping[str, Check] = field(default_factory=dict)
    optional_checks: frozenset[str] = frozenset()
    check_seconds: float = 2.0
    executor: OperationExecutor[ContextT] | None = None
    admit: Admit[ContextT] = admit_all
    price: Callable[[Operation], int] | None = None
    """Returns the price of an operation, which clients may ask for."""
    rows: Callable[[Operation], int] = one_row
    """Returns how many rows a subscription is to: with many, it counts as several operations."""
    session_of: SessionOf[ContextT] = no_session
    begin_context: BeginContext[ContextT] | None = None
    """Opens the context of one query or mutation over HTTP; with None it is opened as for everything else."""
    registry: CollectorRegistry | None = None
    """Where metrics are registered; with None a new one is made, which `Web.metrics` has."""


@dataclass(frozen=True, slots=True)
class Web(Generic[ContextT]):
    """The parts of the surface."""

    options: WebOptions[ContextT]
    origins: Origins
    routes: Sequence[BaseRoute]
    endpoint: GraphQLEndpoint[ContextT]
    metrics: Metrics
    drain: Drain
    parser: RequestParser
    revocations: Revocations

    def application(self, *routes: BaseRoute, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
        """Return the ASGI application: the surface and additional routes."""
        options = self.options
        return RequestMiddleware(
            self._guarded(self.endpoint),
            self._guarded(with_slash_redirects(Starlette(routes=[*self.routes, *routes], lifespan=lifespan))),
            path=GRAPHQL_PATH,
            headers=SecurityHeaders(https=options.https),
        )

    def _guarded(self, app: ASGIApp) -> ASGIApp:
        hosts, app = self.options.allowed_hosts, self.origins.guard(app)
        return TrustedHosts(app, allowed=hosts) if hosts else app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run background tasks for the lifespan of the application."""
        async with self.metrics.watching_lag():
            yield


def mount(
    schema: Schema,
    open_context: OpenContext[ContextT],
    options: WebOptions[ContextT],
    drain: Drain | None = None,
) -> Web[ContextT]:
    """Build the surface for a schema. Pass the drain of the server, so that both stop together."""
    drain = drain or Drain()
    metrics = Metrics(options.registry)
    limits = options.limits
    origins = Origins(options.allowed_origins, https=options.https)
    formatter = ErrorFormatter(metrics.failed, show_messages=options.show_incidents)
    parser = _parser(schema, options)
    quotas, revocations = Quotas(limits.streams), Revocations()
    runner = Runner(options.executor or CoreExecutor(schema), formatter, metrics, drain, options.admit, options.rows)
    explorer = Explorer.built(graphql_path=GRAPHQL_PATH, assets_path=EXPLORER_PATH) if options.explorer else None
    sockets = SocketParts(
        open_context=open_context,
        parser=parser,
        runner=runner,
        formatter=formatter,
        limits=limits,
        quotas=quotas,
        metrics=metrics,
        drain=drain,
        access_log=AccessLog(),
        session_of=options.session_of,
        revocations=revocations,
    )
    streams = Streams(
        runner=runner,
        formatter=formatter,
        limits=limits.streams,
        quotas=quotas,
        metrics=metrics,
        drain=drain,
        session_of=options.session_of,
        revocations=revocations,
    )
    endpoint = GraphQLEndpoint(
        open_context=open_context,
        begin_context=options.begin_context or (lambda connection: open_context(connection, None)),
        parser=parser,
        runner=runner,
        formatter=formatter,
        limits=limits.http,
        request_cache=RequestCache(limits.http),
        streams=streams,
        sockets=Sockets(origins, sockets),
        explorer=explorer,
        price=options.price,
    )
    health = Health(options.checks, drain, timeout=options.check_seconds, optional=options.optional_checks)
    routes: list[BaseRoute] = [
        # `RequestMiddleware` calls the endpoint directly. These routes redirect paths with a slash at the end.
        Route(GRAPHQL_PATH, endpoint),
        WebSocketRoute(GRAPHQL_PATH, endpoint),
        Route("/livez", health.livez),
        Route("/readyz", health.readyz),
    ]
    if options.metrics:
        routes.append(Route("/metrics", metrics.serve))
    if explorer is not None:
        routes.append(explorer_assets(EXPLORER_PATH))
    return Web(options, origins, routes, endpoint, metrics, drain, parser, revocations)


def _parser(schema: Schema, options: WebOptions[ContextT]) -> RequestParser:
    documents = Documents(core_schema(schema), options.limits, introspection=options.introspection)
    parser = RequestParser(
        documents,
        store=options.document_store,
        trusted=options.trusted_documents,
        only_trusted=options.only_trusted_documents,
    )
    for invalid in parser.warm():
        _log.warning("trusted document is invalid", document=invalid.identifier, errors=len(invalid.errors))
    return parser
