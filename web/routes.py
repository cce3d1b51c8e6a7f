"""Putting the surface together: one call gives routes and middleware for an application."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic

import structlog
from graphql import ASTValidationRule
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from strawberry import Schema

from web.access import AccessLog, RequestIds
from web.documents import Documents
from web.drain import Drain
from web.execution import ContextT, CoreExecutor, OperationExecutor, core_schema
from web.explorer import Explorer, explorer_assets
from web.failures import Failures
from web.graphql import GraphQLEndpoint, OpenContext
from web.headers import SecurityHeaders
from web.health import Check, Health
from web.hosts import TrustedHosts
from web.intake import Intake
from web.limits import Limits
from web.metrics import Metrics
from web.origins import Origins
from web.persisted import DocumentStore
from web.running import Admit, Runner, admit_all
from web.sockets import Sockets
from web.streams import EventStreams, UntilEnded
from web.trusted import TrustedDocuments

_log = structlog.get_logger("web.routes")


@dataclass(frozen=True, slots=True)
class WebOptions(Generic[ContextT]):
    """What an operator or the application decides about the surface."""

    limits: Limits = field(default_factory=Limits)
    path: str = "/graphql"
    assets_path: str = "/explorer"
    explorer: bool = True
    introspection: bool = True
    metrics: bool = True
    access_log: bool = True
    show_incidents: bool = False
    """Log the messages of unexpected errors, which may quote what a client sent: for development."""
    https: bool = False
    allowed_origins: Sequence[str] = ()
    allowed_hosts: Sequence[str] = ()
    document_store: DocumentStore | None = None
    """Where automatic persisted queries are kept; None turns them off."""
    trusted_documents: TrustedDocuments | None = None
    only_trusted_documents: bool = False
    rules: Sequence[type[ASTValidationRule]] = ()
    """Validation rules besides those of the specification."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    optional_checks: frozenset[str] = frozenset()
    check_seconds: float = 2.0
    executor: OperationExecutor[ContextT] | None = None
    admit: Admit[ContextT] = admit_all
    until_ended: UntilEnded[ContextT] | None = None


@dataclass(frozen=True, slots=True)
class Web(Generic[ContextT]):
    """The parts that the application puts into its Starlette."""

    routes: Sequence[BaseRoute]
    middleware: Sequence[Middleware]
    endpoint: GraphQLEndpoint[ContextT]
    metrics: Metrics
    drain: Drain
    intake: Intake

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Be entered for the life of the application."""
        async with self.metrics.watching_lag():
            yield


def mount(
    schema: Schema,
    open_context: OpenContext[ContextT],
    options: WebOptions[ContextT],
    drain: Drain | None = None,
) -> Web[ContextT]:
    """Build the surface for a schema. `drain` is the server's, so that both know when to stop."""
    drain = drain or Drain()
    metrics = Metrics()
    limits = options.limits
    origins = Origins(options.allowed_origins)
    failures = Failures(metrics.failed, show_messages=options.show_incidents)
    intake = _intake(schema, options)
    runner = Runner(options.executor or CoreExecutor(schema), failures, metrics, drain, options.admit)
    explorer = Explorer.built(graphql_path=options.path, assets_path=options.assets_path) if options.explorer else None
    endpoint = GraphQLEndpoint(
        open_context=open_context,
        intake=intake,
        runner=runner,
        failures=failures,
        limits=limits.http,
        streams=EventStreams(runner, limits.streams, metrics, drain, options.until_ended),
        sockets=Sockets(
            open_context=open_context,
            intake=intake,
            runner=runner,
            failures=failures,
            limits=limits,
            metrics=metrics,
            drain=drain,
            origins=origins,
            until_ended=options.until_ended,
        ),
        explorer=explorer,
    )
    health = Health(options.checks, drain, timeout=options.check_seconds, optional=options.optional_checks)
    routes: list[BaseRoute] = [
        Route(options.path, endpoint),
        WebSocketRoute(options.path, endpoint),
        Route("/livez", health.livez),
        Route("/readyz", health.readyz),
    ]
    if options.metrics:
        routes.append(Route("/metrics", metrics.serve))
    if explorer is not None:
        routes.append(explorer_assets(options.assets_path))
    return Web(routes, _middleware(options, origins), endpoint, metrics, drain, intake)


def _intake(schema: Schema, options: WebOptions[ContextT]) -> Intake:
    documents = Documents(core_schema(schema), options.limits, introspection=options.introspection, rules=options.rules)
    intake = Intake(
        documents,
        store=options.document_store,
        trusted=options.trusted_documents,
        only_trusted=options.only_trusted_documents,
    )
    for unfit in intake.warm():
        _log.warning("trusted document does not fit the schema", document=unfit.identifier, errors=len(unfit.errors))
    return intake


def _middleware(options: WebOptions[ContextT], origins: Origins) -> list[Middleware]:
    layers = [Middleware(RequestIds)]
    if options.access_log:
        layers.append(Middleware(AccessLog))
    layers.append(Middleware(SecurityHeaders, https=options.https))
    if options.allowed_hosts:
        layers.append(Middleware(TrustedHosts, allowed=options.allowed_hosts))
    if origins.allowed:
        layers.append(origins.middleware())
    return layers
