"""The worker program: moves events, delivers posts, processes media and does periodic work, with the parts of the settings."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry

from analytics.export.schedule import NotesWatch, PeriodicRefresh, RefreshMetrics
from analytics.export.stale import GROUP as ANALYTICS
from analytics.export.stale import NOTED, StaleNotes
from keyspace import periodic
from keyspace.activity import Activity
from keyspace.analytics_notes import AnalyticsNotes
from keyspace.dead_letters import DeadLetters
from keyspace.epochs import Epochs
from keyspace.event_stream import EventStream
from keyspace.keys import ANNOUNCER_LEASE, THRESHOLD_LEASE
from keyspace.lease import Lease
from keyspace.most_active import Selections
from keyspace.roles import Role
from parts import Parts, open_parts
from services.delivery.adapting import Adapting
from services.delivery.adaptive import LoadLimits
from services.delivery.audit_metrics import AuditMetrics, PeriodicAudit
from services.delivery.chunks import Chunks
from services.delivery.control_metrics import ControlMetrics
from services.delivery.eviction import Eviction
from services.delivery.fan_out import DELIVERED
from services.delivery.hashtag_posts import OF_HASHTAGS
from services.delivery.last_active import LastActive
from services.delivery.lost_streams import LostStreams
from services.delivery.memory_metrics import MemoryMetrics
from services.delivery.metrics import DeliveryMetrics
from services.delivery.most_active import LastRead
from services.delivery.runner import GROUP as FAN_OUT
from services.delivery.runner import FanOutRunner
from services.delivery.settlement import Settlement
from services.delivery.settlement_metrics import SettlementMetrics
from services.delivery.tiers import Tiers, TierSizes
from services.delivery.walking import Walk
from services.events.account_events import SessionsEnded
from services.events.bookmark_events import BookmarkFolderDeleted
from services.events.catalogue import EVENTS
from services.events.consumer import Consumer
from services.events.engine import EventEngine, worker_name
from services.events.follow_events import FollowCreated
from services.events.mail_events import MailRequested, PasswordResetRequested
from services.events.media_events import MediaDeleted, MediaUploaded
from services.events.metrics import EventMetrics
from services.events.post_events import PostDeleted
from services.events.relay import RelayOptions
from services.events.retry_policy import RetryPolicy
from services.events.user_events import UserOpened
from services.idempotency_keys import IdempotencyKeys
from services.live.announcer import Announcer
from services.live.counts_teller import CountsTeller
from services.mail.forgetting import MailForgetting
from services.mail.message import Sender
from services.mail.metrics import MailMetrics
from services.mail.runner import MailRunner
from services.mail.sending import LinkPages, MailSending
from services.mail.smtp import SmtpServer
from services.mail.texts import MailTexts
from services.media.processing import MediaProcessing
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.media.sweep import Sweep
from services.posts.purge import Purge
from services.settings import Settings
from services.stale_caches import StaleCaches

SWEEP_EVERY = 300.0
"""Seconds between sweeps of abandoned uploads."""
ANNOUNCER_LIFE = 2.0
"""Seconds after which another worker announces instead of one that was killed: what live streams wait then."""
FORGET_EVERY = 600.0
"""Seconds between looks for idempotency keys that are too old to be sent again, links in mails that ended, and old sign-ins."""
PURGE_EVERY = 600.0
"""Seconds between looks for posts that were deleted long ago."""
IMPORTS_EVERY = 300.0
"""Seconds between looks for imports that were killed before they dropped what they had made stale."""
ACTIVITY_EVERY = 3_600.0
"""Seconds between writings of when people last read."""
READING_EVERY = 60.0
"""Seconds between writings of where people are in their feeds: what an emptied Redis loses of it."""
SETTLE_EVERY = 30.0
"""Seconds between turns of settling pulled authors: each takes two at least."""
OPENING_TIMEOUT = 600.0
"""Seconds to accept what is open for somebody who went public: some hundred thousand requests. What remains is tried again."""

ENDING_TIMEOUT = 300.0
"""Seconds to end the reposts of a deleted post: some hundred thousand of them. What remains is tried again."""


async def run_worker(settings: Settings) -> None:
    """Work until cancelled."""
    patient = dict.fromkeys(("neo4j_read_timeout", "neo4j_write_timeout"), settings.neo4j_worker_timeout)
    parts = open_parts(settings.model_copy(update=patient))
    parts.graph.publish(REGISTRY, "rookery")
    processor = MediaProcessor(MediaProcessorLimits(settings.media_max_pixels))
    policy = RetryPolicy(settings.event_attempts, settings.event_reclaim_after, settings.drain_timeout)
    engine = EventEngine(
        parts.graph,
        parts.redis.of(Role.STREAMS),
        parts.blocking,
        EventMetrics.of(REGISTRY),
        policy,
        RelayOptions(stream_length=settings.stream_length),
    )
    name = worker_name()
    async with AsyncExitStack() as open_:
        open_.push_async_callback(parts.close)
        open_.push_async_callback(processor.close)
        await parts.store.prepare()
        async with asyncio.TaskGroup() as running:
            running.create_task(parts.warmth.run(), name="plans")
            mail = mail_runner_of(parts, MailMetrics.of(REGISTRY)) if settings.sends_mail else None
            if mail is not None:
                running.create_task(mail.run(), name="mail")
            running.create_task(engine.run(consumers_of(parts, processor, mail), name))
            running.create_task(runner_of(parts, policy, DeliveryMetrics.of(REGISTRY)).run())
            running.create_task(adapting_of(parts, ControlMetrics.of(REGISTRY, settings.push_below)).run())
            running.create_task(LostStreams(Epochs(parts.redis)).run(), name="epochs")
            running.create_task(CountsTeller(parts.live_stream).run(), name="counts")
            memory = MemoryMetrics.of(REGISTRY)
            for server in parts.redis.servers:
                running.create_task(Eviction(server, settings.evict_above, memory).run(), name=f"memory of {server.name}")
            running.create_task(periodic.run(settings.redis_urls[Role.STREAMS], periodic_work(parts, REGISTRY), name=name))
            if not settings.analytics:
                streams = parts.redis.of(Role.STREAMS)
                watch = NotesWatch(AnalyticsNotes(streams), EventStream(streams), settings.stream_length)
                running.create_task(watch.run(), name="watch of notes for analysts")
            elif settings.analytics_every:
                refresh = PeriodicRefresh(settings.analytics_path, settings.analytics_every, RefreshMetrics.of(REGISTRY))
                running.create_task(refresh.run(), name="refresh of the analysts' copy")


def consumers_of(parts: Parts, processor: MediaProcessor, mail: MailRunner | None = None) -> list[Consumer[Any]]:
    """Return every consumer of events, those of mail where it is sent, and that of the analysts' copy where there is one.

    A group's name is its place in the stream: a changed name reads the whole stream again.
    """
    delivery = parts.delivery
    lease = Lease(parts.redis.of(Role.STREAMS), ANNOUNCER_LEASE, ANNOUNCER_LIFE)
    length, life = parts.settings.stream_length, parts.settings.live_event_life.total_seconds()
    announce = Announcer(parts.live_stream, lease, length, parts.writer.invalidation, life)
    processing = MediaProcessing(parts.writer, parts.store, processor)
    return [
        Consumer(group=FAN_OUT, events=DELIVERED, handle=delivery.handle),
        Consumer(group="merge", events={FollowCreated}, handle=delivery.follow_created),
        Consumer(group="hashtags", events=OF_HASHTAGS, handle=parts.services.feeds.hashtags.handle),
        Consumer(group="reposts", events={PostDeleted}, handle=parts.services.reposting.post_deleted, timeout=ENDING_TIMEOUT),
        Consumer(group="requests", events={UserOpened}, handle=parts.services.requests.opened, timeout=OPENING_TIMEOUT),
        Consumer(group="bookmark-folders", events={BookmarkFolderDeleted}, handle=parts.services.bookmark_folders.deleted),
        Consumer(group="live", events=EVENTS.values(), handle_many=announce, lease=lease),
        Consumer(group="sessions", events={SessionsEnded}, handle=parts.accounts.sessions.ended),
        Consumer(group="pictures", events={MediaUploaded, MediaDeleted}, handle=processing.handle, concurrency=2),
        *(() if mail is None else _consumers_of_mail(parts, mail)),
        *(_consumers_for_analysts(parts) if parts.settings.analytics else ()),
    ]


def _consumers_of_mail(parts: Parts, mail: MailRunner) -> tuple[Consumer[Any], ...]:
    resets = parts.accounts.password_reset
    return (
        Consumer(group="mail", events={MailRequested}, handle=mail.requested),
        Consumer(group="password-resets", events={PasswordResetRequested}, handle=resets.requested),
    )


def _consumers_for_analysts(parts: Parts) -> tuple[Consumer[Any], ...]:
    notes = AnalyticsNotes(parts.redis.of(Role.STREAMS))
    return (Consumer(group=ANALYTICS, events=NOTED.keys(), handle_many=StaleNotes(notes).handle, losing=notes.lose),)


def mail_runner_of(parts: Parts, metrics: MailMetrics) -> MailRunner:
    """Return what sends mail."""
    settings = parts.settings
    server = SmtpServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
        settings.smtp_timeout,
    )
    sender, tokens = Sender.of(settings.mail_from), parts.accounts.mail.tokens
    pages, texts = LinkPages(settings.mail_links or f"{settings.own_url}/dev"), MailTexts(sender.name)
    return MailRunner(
        MailSending(parts.writer, server, sender, texts, parts.accounts.addresses, tokens, pages, settings.mail_language, metrics)
    )


def runner_of(parts: Parts, policy: RetryPolicy, metrics: DeliveryMetrics) -> FanOutRunner:
    """Return what carries out the tasks of fan-out."""
    settings, fan_out = parts.settings, parts.delivery
    last_read = LastRead(Activity(parts.keyspace), last_active_of(parts).restore)
    selections = Selections(parts.keyspace, int(settings.most_active_life.total_seconds()))
    sizes = TierSizes(settings.first_tier, settings.second_tier, settings.second_tier_spread)
    chunks = Chunks(fan_out.queue, metrics)
    walk = Walk(fan_out.ahead, last_read, chunks, fan_out.chunk)
    tiers = Tiers(fan_out.followers, selections, last_read, fan_out.queue, chunks, sizes, fan_out.chunk)
    return FanOutRunner(fan_out.queue, walk, tiers, DeadLetters(parts.redis.of(Role.STREAMS)), policy, metrics, fan_out.enqueued)


def last_active_of(parts: Parts) -> LastActive:
    """Return what writes activity to the graph, and restores it."""
    return LastActive(parts.writer, Activity(parts.keyspace), int(parts.settings.timeline_life.total_seconds()))


def adapting_of(parts: Parts, metrics: ControlMetrics) -> Adapting:
    """Return what lets the threshold of delivery follow load."""
    lease = Lease(parts.redis.of(Role.STREAMS), THRESHOLD_LEASE)
    fan_out = parts.delivery
    return Adapting(parts.delivery_controls, fan_out.queue, lease, load_limits(parts.settings), fan_out.pulled, metrics)


def load_limits(settings: Settings) -> LoadLimits:
    """Return between which thresholds load may move, and when fan-out is busy."""
    return LoadLimits(settings.push_below_lowest, settings.push_below, settings.busy_backlog, settings.busy_age)


def settlement_of(parts: Parts, metrics: SettlementMetrics) -> Settlement:
    """Return what settles pulled authors."""
    settings, fan_out = parts.settings, parts.delivery
    limits, life = load_limits(settings), settings.fan_out_plan_life
    return Settlement(parts.delivery_controls, fan_out.pulled, fan_out.queue, limits, life, fan_out.enqueued, metrics)


def periodic_work(parts: Parts, registry: CollectorRegistry) -> list[periodic.Periodic]:
    """Return what one of the workers does every so often."""
    sweep = Sweep(parts.writer, parts.store, parts.settings.media_upload_life)
    keys = IdempotencyKeys(parts.writer)
    activity = last_active_of(parts)
    audit = PeriodicAudit(parts.audits, AuditMetrics.of(registry), parts.settings.audit_sample)
    settlement = settlement_of(parts, SettlementMetrics.of(registry))
    return [
        periodic.every(SWEEP_EVERY, "sweep-uploads", sweep.run),
        periodic.every(FORGET_EVERY, "forget-idempotency-keys", keys.forget_old),
        periodic.every(FORGET_EVERY, "forget-mail", MailForgetting(parts.writer).run),
        periodic.every(FORGET_EVERY, "forget-sign-ins", parts.accounts.history.forget_old),
        periodic.every(PURGE_EVERY, "purge-posts", Purge(parts.writer, parts.settings.purge_after).run),
        periodic.every(IMPORTS_EVERY, "drop-what-imports-left", StaleCaches(parts.writer, parts.redis).drop_left),
        periodic.every(ACTIVITY_EVERY, "write-activity", activity.write),
        periodic.every(READING_EVERY, "write-reading-positions", parts.services.reading_positions.write),
        periodic.every(parts.settings.views_every, "write-views", parts.services.views.write),
        periodic.every(SETTLE_EVERY, "settle-pulled-authors", settlement.run),
        periodic.every(parts.settings.audit_every, "audit-timelines", audit.run),
    ]
