"""Where the parts meet: the web application and the worker, made of the same parts from the settings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from prometheus_client import REGISTRY, CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from strawberry import Schema

from errors import QueryTooExpensive
from execution.admission import Admission
from execution.costs import Costs
from execution.executor import CompiledExecutor
from execution.instrumentation import instrumentation_of
from execution.instrumented import InstrumentedExecutor
from execution.plans import CompileAfter
from feeds.pipeline import FIRST_MAX
from graph.migrations import migrate
from keyspace.documents import SharedDocuments
from parts import Parts, open_parts
from resolvers.context import Context
from schema.build import build_schema
from schema.scalars import EXACT_SCALARS
from services.accounts.viewer import Viewer
from services.events import periodic
from services.events import worker as events_worker
from services.events.catalogue import EVENTS
from services.events.consumer import Consumer
from services.events.follow_events import FollowCreated
from services.events.limits import Limits as EventLimits
from services.events.media_events import MediaDeleted, MediaUploaded
from services.events.metrics import EventMetrics
from services.events.post_events import PostCreated
from services.events.relay import Relay, RelayOptions
from services.events.user_events import UserOpened
from services.live.entries import Announcer
from services.media.addresses import Size, picture_key
from services.media.processing import MediaProcessing
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.media.sweep import Sweep
from services.settings import Settings
from web.bearer import bearer
from web.documents import Operation
from web.drain import Drain
from web.execution import CoreExecutor, OperationExecutor, Outcome, core_schema
from web.graphql import OpenContext
from web.limits import DocumentLimits, HttpLimits, Limits
from web.media import MediaEndpoint
from web.persisted import CachedDocumentStore, MemoryDocumentStore
from web.routes import WebOptions, mount
from web.trusted import load_trusted_documents

DOCUMENT_LIFE = 604_800
"""Seconds that an automatic persisted query is kept after its last use by a process that did not know it."""
SWEEP_EVERY = 300.0
"""Seconds between sweeps of abandoned uploads."""
OPENING_TIMEOUT = 600.0
"""Seconds to accept what is open for somebody who went public: some hundred thousand requests. What remains is tried again."""

log = structlog.get_logger(__name__)


def create_app(settings: Settings, drain: Drain | None = None) -> ASGIApp:
    """Build the web application; its parts are opened when it starts and closed when it ends."""
    parts = open_parts(settings)
    schema = build_schema()
    core = CoreExecutor(schema)
    registry = CollectorRegistry()
    compiled = _compiled(settings, schema, core, registry)
    executor: OperationExecutor[Context] = core if settings.executor == "core" else compiled
    admission = Admission(Costs(core_schema(schema), FIRST_MAX), settings.max_price, QueryTooExpensive)
    options = replace(_web_options(parts, executor), admit=admission.admit, registry=registry)
    web = mount(schema, _context_of(parts), options, drain)
    if executor is compiled:
        compiled.warm(web.parser.trusted_operations())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as open_:
            open_.push_async_callback(parts.close)
            await open_.enter_async_context(web.running())
            reader = asyncio.create_task(parts.hub.run(), name="live hub")
            reader.add_done_callback(_told)
            open_.push_async_callback(_ended, reader)
            yield

    pictures = MediaEndpoint(parts.store, picture_key, frozenset(Size))
    return web.application(Route("/", _home), pictures.route(), lifespan=lifespan)


def _compiled(
    settings: Settings, schema: Schema, core: CoreExecutor, registry: CollectorRegistry
) -> CompiledExecutor[Operation, Outcome]:
    instrumentation = instrumentation_of(registry, field_metrics=settings.field_metrics, tracing=settings.tracing)
    compile_after: CompileAfter = 1 if settings.executor == "forced" else 2
    executor_of = partial(InstrumentedExecutor, instrumentation=instrumentation) if instrumentation else CompiledExecutor
    compiled: CompiledExecutor[Operation, Outcome] = executor_of(
        core_schema(schema), core, Outcome, compile_after=compile_after, exact_scalars=EXACT_SCALARS
    )
    compiled.publish(registry)
    return compiled


async def run_worker(settings: Settings) -> None:
    """Move events, deliver posts and process pictures until cancelled."""
    patient = dict.fromkeys(("neo4j_read_timeout", "neo4j_write_timeout"), settings.neo4j_worker_timeout)
    parts = open_parts(settings.model_copy(update=patient))
    processor = MediaProcessor(MediaProcessorLimits(settings.media_max_pixels))
    metrics = EventMetrics.of(REGISTRY)
    consumers = consumers_of(parts, processor)
    relay = Relay(
        parts.graph,
        parts.keyspace.redis,
        metrics,
        groups=[consumer.group for consumer in consumers],
        options=RelayOptions(stream_length=settings.stream_length),
    )
    limits = EventLimits(settings.event_attempts, settings.event_reclaim_after, settings.drain_timeout)
    sweep = periodic.every(SWEEP_EVERY, "sweep-uploads", Sweep(parts.writer, parts.store, settings.media_upload_life).run)
    async with AsyncExitStack() as open_:
        open_.push_async_callback(parts.close)
        open_.push_async_callback(processor.close)
        await parts.store.prepare()
        async with asyncio.TaskGroup() as running:
            running.create_task(
                events_worker.run(consumers, relay, redis=parts.keyspace.redis, metrics=metrics, limits=limits)
            )
            running.create_task(periodic.run(settings.redis_url.get_secret_value(), [sweep]))


async def run_migrations(settings: Settings) -> list[str]:
    """Bring the graph to this version; give the names of what was applied."""
    parts = open_parts(settings)
    try:
        return await migrate(parts.graph.driver, settings.neo4j_database, parts.graph.catalogue)
    finally:
        await parts.close()


def consumers_of(parts: Parts, processor: MediaProcessor) -> list[Consumer[Any]]:
    """Give every consumer of events. A group's name is its place in the stream: changing it reads everything again."""
    delivery = parts.delivery
    announce = Announcer(parts.keyspace, parts.settings.stream_length, parts.writer.invalidation)
    processing = MediaProcessing(parts.writer, parts.store, processor)
    return [
        Consumer(group="fan-out", events={PostCreated}, handle=delivery.post_created),
        Consumer(group="merge", events={FollowCreated}, handle=delivery.follow_created),
        Consumer(group="requests", events={UserOpened}, handle=parts.services.requests.opened, timeout=OPENING_TIMEOUT),
        Consumer(group="live", events=EVENTS.values(), handle_many=announce, concurrency=1),
        Consumer(group="pictures", events={MediaUploaded, MediaDeleted}, handle=processing.handle, concurrency=2),
    ]


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
        limits=Limits(http=HttpLimits(body_bytes=settings.max_body), document=document),
        explorer=settings.explorer,
        introspection=settings.introspection,
        metrics=settings.metrics,
        show_incidents=settings.environment == "development",
        https=settings.public_url.startswith("https://"),
        allowed_origins=settings.allowed_origins,
        allowed_hosts=settings.allowed_hosts,
        document_store=CachedDocumentStore(MemoryDocumentStore(), SharedDocuments(parts.keyspace, DOCUMENT_LIFE)),
        trusted_documents=trusted,
        only_trusted_documents=settings.only_trusted_documents,
        executor=executor,
        checks={
            "start": StartupCheck(parts.graph.ping),
            "live": parts.hub.ping,
            "neo4j": parts.graph.ping,
            "redis": parts.keyspace.ping,
            "s3": parts.store.ping,
        },
        optional_checks=frozenset({"neo4j", "redis", "s3"}),
        until_ended=_until_expired,
    )


class StartupCheck:
    """A check that passes for good once the graph has answered.

    A process that was set up wrong never becomes ready; one that loses the graph stays so, since it still serves what is hot.
    """

    def __init__(self, ping: Callable[[], Awaitable[None]]) -> None:
        """Ask by this."""
        self._ping, self._reached = ping, False

    async def __call__(self) -> None:
        """Pass, or raise what the ping raises."""
        if not self._reached:
            await self._ping()
            self._reached = True


async def _until_expired(context: Context) -> None:
    """Wait until the viewer's token ends; nobody's session never does."""
    if context.viewer is None:
        await asyncio.Event().wait()
    else:
        await asyncio.sleep((context.viewer.expires_at - datetime.now(UTC)).total_seconds())


def _context_of(parts: Parts) -> OpenContext[Context]:
    async def open_context(connection: HTTPConnection, params: Mapping[str, object] | None) -> Context:
        token = bearer(connection, params)
        viewer: Viewer | None = None if token is None else parts.tokens.verify(token)
        address = connection.client.host if connection.client else ""
        return Context(parts.services, viewer, address)

    return open_context


async def _home(_request: Request) -> Response:
    """Lead people who open the server's address to the explorer."""
    return RedirectResponse("/graphql")


def _told(task: asyncio.Task[None]) -> None:
    """Log a reader that failed on something of ours; `/readyz` then names it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("live hub failed", exc_info=error)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
