"""The web application, made of the parts of the settings."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

import structlog
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp
from strawberry import Schema

from clock import milliseconds
from errors import QueryTooExpensive
from execution.admission import Admission, Prices
from execution.costs import Costs, SubscribedRows
from execution.executor import CompiledExecutor
from execution.instrumentation import instrumentation_of
from execution.instrumented import InstrumentedExecutor
from execution.plans import CompileAfter
from feeds.windows import FIRST_MAX
from keyspace.documents import SharedDocuments
from keyspace.roles import Role
from parts import Parts, open_parts
from resolvers.authentication import Authentication, TokenLookups, mark_of_viewer
from resolvers.context import Context
from schema.build import build_schema
from schema.scalars import COLUMN_SCALARS
from services.accounts.revocations import RevocationWatch
from services.accounts.viewer import Viewer
from services.key_rotation.key_check import KeyCheck
from services.media.addresses import Size, picture_key
from services.settings import Settings
from web.bearer import bearer
from web.clients import Client
from web.cookies import SessionCookies
from web.documents import Operation
from web.drain import Drain
from web.endings import REVOKED, SESSION_ENDED
from web.execution import CoreExecutor, OperationExecutor, Outcome, core_schema
from web.graphql import BeginContext, OpenContext
from web.limits import DocumentLimits, HttpLimits, Limits, StreamLimits
from web.mail_pages import mail_pages
from web.media import MediaEndpoint
from web.origins import Origins
from web.persisted import CachedDocumentStore, MemoryDocumentStore
from web.provider_pages import provider_pages
from web.return_addresses import ReturnAddresses
from web.routes import GRAPHQL_PATH, WebOptions, mount
from web.sessions import Session
from web.trusted import load_trusted_documents

DOCUMENT_LIFE = 604_800
"""Seconds that an automatic persisted query is kept after its last use by a process that did not know it."""
METRICS_PREFIX = "rookery"
"""The names of the metrics of the executor and of the graph begin with it, as those of all others do."""

log = structlog.get_logger(__name__)


def create_app(settings: Settings, drain: Drain | None = None) -> ASGIApp:
    """Build the web application; its parts are opened when it starts and closed when it ends."""
    parts = open_parts(settings)
    schema = build_schema()
    core = CoreExecutor(schema)
    registry = CollectorRegistry()
    parts.graph.publish(registry, METRICS_PREFIX)
    parts.hub.undelivered.publish(registry, METRICS_PREFIX)
    parts.accounts.log_in.outcomes.publish(registry, METRICS_PREFIX)
    parts.services.write_limits.outcomes.publish(registry, METRICS_PREFIX)
    compiled = _compiled(settings, schema, core, registry)
    executor: OperationExecutor[Context] = core if settings.executor == "core" else compiled
    costs = Costs(core_schema(schema), FIRST_MAX)
    admission, rows = Admission(costs, settings.max_price, QueryTooExpensive), Prices(SubscribedRows(costs)).of
    lookups = TokenLookups(parts.graph, parts.services.cache, parts.accounts.sessions)
    authentication = Authentication(lookups, parts.accounts.last_uses)
    secure = _is_secure(settings)
    origins = Origins(settings.allowed_origins, https=secure)
    cookies = SessionCookies(origins, secure=secure)
    options = replace(
        _web_options(parts, executor),
        admit=admission.admit,
        price=admission.price,
        rows=rows,
        registry=registry,
        begin_context=_begin_of(parts, authentication, cookies),
    )
    web = mount(schema, _context_of(parts, authentication, cookies), options, drain)
    revocations = RevocationWatch(parts.revocations, web.revocations, lookups.revoked)
    if executor is compiled:
        compiled.warm(web.parser.trusted_operations())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as open_:
            open_.push_async_callback(parts.close)
            open_.push_async_callback(parts.accounts.last_uses.write)
            open_.push_async_callback(parts.accounts.log_in.failed.write)
            open_.push_async_callback(parts.accounts.log_in.unfinished.write)
            await open_.enter_async_context(web.running())
            for task in (
                asyncio.create_task(parts.hub.run(), name="live hub"),
                asyncio.create_task(parts.warmth.run(), name="plans"),
                asyncio.create_task(revocations.run(), name="revocations"),
                asyncio.create_task(parts.accounts.last_uses.run(), name="last uses of tokens"),
                asyncio.create_task(parts.accounts.log_in.failed.run(), name="failed sign-ins"),
                asyncio.create_task(parts.accounts.log_in.unfinished.run(), name="unfinished log-ins"),
            ):
                task.add_done_callback(_log_failure)
                open_.push_async_callback(_cancel, task)
            yield

    pictures = MediaEndpoint(parts.store, picture_key, frozenset(Size))
    pages = (*_provider_pages(parts, origins, secure=secure), *_development_pages(settings))
    return web.application(Route("/", _home), pictures.route(), *pages, lifespan=lifespan)


def _provider_pages(parts: Parts, origins: Origins, *, secure: bool) -> Sequence[BaseRoute]:
    """Return the pages of logging in by a provider, where there is one."""
    providers = parts.accounts.providers
    if not providers.all:
        return ()
    returns = ReturnAddresses(origins, parts.settings.provider_returns, (each.name for each in providers.all))
    return provider_pages(providers.flows, returns, _address, secure=secure)


def _development_pages(settings: Settings) -> Sequence[BaseRoute]:
    """Return the pages of mail, which only a server in development has that knows where a sink keeps its mail."""
    if settings.environment != "development" or settings.mail_sink is None:
        return ()
    return mail_pages(settings.mail_sink, GRAPHQL_PATH)


def _compiled(
    settings: Settings, schema: Schema, core: CoreExecutor, registry: CollectorRegistry
) -> CompiledExecutor[Operation, Outcome]:
    instrumentation = instrumentation_of(registry, METRICS_PREFIX, field_metrics=settings.field_metrics, tracing=settings.tracing)
    compile_after: CompileAfter = 1 if settings.executor == "forced" else 2
    executor_of = partial(InstrumentedExecutor, instrumentation=instrumentation) if instrumentation else CompiledExecutor
    compiled: CompiledExecutor[Operation, Outcome] = executor_of(
        core_schema(schema), core, Outcome, compile_after=compile_after, column_scalars=COLUMN_SCALARS
    )
    compiled.publish(registry, METRICS_PREFIX)
    return compiled


def _web_options(parts: Parts, executor: OperationExecutor[Context]) -> WebOptions[Context]:
    settings = parts.settings
    document = DocumentLimits(
        tokens=settings.max_tokens,
        depth=settings.max_depth,
        aliases=settings.max_aliases,
        root_fields=settings.max_root_fields,
    )
    trusted = load_trusted_documents(settings.trusted_documents) if settings.trusted_documents else None
    return WebOptions(
        limits=Limits(http=HttpLimits(body_bytes=settings.max_body), document=document, streams=_stream_limits(settings)),
        explorer=settings.explorer,
        introspection=settings.introspection,
        metrics=settings.metrics,
        show_incidents=settings.environment == "development",
        https=settings.public_url.startswith("https://"),
        allowed_origins=settings.allowed_origins,
        allowed_hosts=settings.allowed_hosts,
        document_store=CachedDocumentStore(MemoryDocumentStore(), SharedDocuments(parts.redis.of(Role.ROWS), DOCUMENT_LIFE)),
        trusted_documents=trusted,
        only_trusted_documents=settings.only_trusted_documents,
        executor=executor,
        checks={
            "start": parts.warmth.check,
            "keys": KeyCheck(parts.graph, parts.accounts.addresses).check,
            "live": parts.hub.ping,
            "neo4j": parts.graph.ping,
            **parts.redis.checks,
            "s3": parts.store.ping,
        },
        optional_checks=frozenset({"neo4j", "s3", *parts.redis.checks}),
        session_of=_session_of,
    )


def _stream_limits(settings: Settings) -> StreamLimits:
    return StreamLimits(
        ping_seconds=settings.ping_every,
        connections_per_person=settings.connections_per_person,
        connections_per_address=settings.connections_per_address,
        anonymous_connections_per_address=settings.anonymous_connections_per_address,
        operations_per_person=settings.operations_per_person,
        operations_per_address=settings.operations_per_address,
        anonymous_operations_per_address=settings.anonymous_operations_per_address,
    )


def _session_of(context: Context) -> Session | None:
    """Return whose the connection is, until the token ends; without a viewer there is no token."""
    viewer = context.viewer
    if viewer is None:
        return None
    revoked = REVOKED if viewer.session is None else SESSION_ENDED
    return Session(viewer.id, milliseconds(viewer.expires_at), mark_of_viewer(viewer), revoked)


def _is_secure(settings: Settings) -> bool:
    """Return whether cookies are for HTTPS alone: everywhere but on a developer's machine."""
    return settings.environment == "production" or settings.public_url.startswith("https://")


def _context_of(parts: Parts, authentication: Authentication, cookies: SessionCookies) -> OpenContext[Context]:
    async def open_context(connection: HTTPConnection, params: Mapping[str, object] | None) -> Context:
        token = bearer(connection, params) or cookies.access_token(connection.scope["headers"])
        viewer: Viewer | None = None if token is None else await authentication.viewer(token)
        return Context(parts.services, viewer, _address(connection), client=Client(connection, cookies))

    return open_context


def _begin_of(parts: Parts, authentication: Authentication, cookies: SessionCookies) -> BeginContext[Context]:
    async def begin_context(connection: HTTPConnection) -> Context:
        token = bearer(connection, None) or cookies.access_token(connection.scope["headers"])
        viewer, admission = (None, None) if token is None else await authentication.begun(token)
        client = Client(connection, cookies, answered_at_once=True)
        return Context(parts.services, viewer, _address(connection), admission, client)

    return begin_context


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


async def _home(_request: Request) -> Response:
    """Lead people who open the server's address to the explorer."""
    return RedirectResponse("/graphql")


def _log_failure(task: asyncio.Task[None]) -> None:
    """Log the error that ended a background task: its task runs until it is cancelled, so this is a defect."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_task_failed", task=task.get_name(), exc_info=error)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
