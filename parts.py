"""The parts that the web application, the worker and the command share, opened from the settings."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from account_parts import Accounts, open_accounts
from analytics.gateway.copies import Copies
from analytics.gateway.gateway import Gateway, GatewayLimits
from analytics.gateway.log import QueryLog
from analytics.gateway.readers import Readers
from analytics.graph_copy.address import Address
from analytics.questions.asking import Asking
from feeds.cursors import CursorKeys
from feeds.reader import FeedParts
from graph.driver import Graph, GraphOptions
from graph.warm import Warmth
from keyspace.activity import Activity
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.event_stream import EventStream
from keyspace.fan_out_plans import delivered_posts
from keyspace.fan_out_queue import FanOutQueue
from keyspace.lifetimes import EarlyRefresh
from keyspace.limits import RateLimits
from keyspace.live_stream import LiveStream
from keyspace.query_places import QueryPlaces
from keyspace.reading import ReadingStore
from keyspace.revocations import RevocationChannel
from keyspace.roles import Role
from keyspace.row_cache import RowCache
from keyspace.servers import RedisServers
from keyspace.views import ViewStore
from services.accounts.generated_secrets import checked_secrets
from services.delivery.audit import TimelineAudit
from services.delivery.audits import Audits
from services.delivery.author_lists import AuthorLists
from services.delivery.building import TimelineBuilder
from services.delivery.cached import CachedTimelines
from services.delivery.control import DeliveryControls
from services.delivery.drift_reasons import DriftReasons
from services.delivery.fan_out import FanOut
from services.delivery.followers import FollowerIndex
from services.delivery.hashtag_posts import HashtagPosts
from services.delivery.pull import Pull
from services.delivery.pulled import PulledAuthors
from services.delivery.read_ahead import CHUNKS_READ, ReadAhead
from services.delivery.recent import RecentPosts
from services.delivery.refreshing import TimelineRefresh
from services.delivery.warming import TimelineWarming
from services.events.command_writer import CommandWriter
from services.events.courier import Courier
from services.events.invalidation import Invalidation
from services.events.post_events import PostLiked, PostUnliked
from services.hashtags.follows import HashtagFollows
from services.live.home import HomeStream
from services.live.hub import Hub
from services.live.joining import LiveJoining
from services.live.undelivered import Undelivered
from services.media.owned import OwnedMedia
from services.media.s3 import StoreOptions
from services.media.store import MediaStore
from services.media.uploads import UploadLimits, Uploads
from services.mutes.topics import MutedTopics
from services.mutes.users import MutedUsers
from services.posts.audiences import Audiences
from services.posts.bookmark_folders import BookmarkFolders
from services.posts.bookmarks import Bookmarks
from services.posts.editing import Editing
from services.posts.flags import PostFlags
from services.posts.languages import Languages
from services.posts.pins import Pins
from services.posts.quoting import Quoting
from services.posts.reply_hiding import ReplyHiding
from services.posts.reposting import Reposting
from services.posts.writing import Writing
from services.reading.positions import ReadingPositions
from services.reading.views import Views
from services.relationships.blocks import Blocks
from services.relationships.close_friends import CloseFriends
from services.relationships.follows import Ceiling, Follows
from services.relationships.paths import Paths
from services.relationships.requests import Requests
from services.settings import Settings
from services.write_limits.limits import WriteLimits, write_quotas


@dataclass(frozen=True, slots=True)
class Services:
    """The services that resolvers call, made once a process."""

    graph: Graph
    cache: RowCache
    accounts: Accounts
    follows: Follows
    requests: Requests
    blocks: Blocks
    muted_users: MutedUsers
    muted_topics: MutedTopics
    close_friends: CloseFriends
    writing: Writing
    editing: Editing
    audiences: Audiences
    quoting: Quoting
    pins: Pins
    reply_hiding: ReplyHiding
    likes: PostFlags
    bookmarks: Bookmarks
    bookmark_folders: BookmarkFolders
    hashtag_follows: HashtagFollows
    reading_positions: ReadingPositions
    views: Views
    shows_views: bool
    """Whether others than their authors are shown how often posts were viewed."""
    reposting: Reposting
    uploads: Uploads
    feeds: FeedParts
    timeline_refresh: TimelineRefresh
    warming: TimelineWarming
    paths: Paths
    live: LiveJoining
    home_stream: HomeStream
    write_limits: WriteLimits
    asking: Asking
    """Questions of analysts."""
    gateway: Gateway
    public_url: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that is opened once a process. Nothing connects before it is used."""

    settings: Settings
    graph: Graph
    warmth: Warmth
    redis: RedisServers
    keyspace: Keyspace
    """The Redis of timelines and their delivery."""
    blocking: BlockingConnections
    """Connections to the Redis of streams."""
    store: MediaStore
    revocations: RevocationChannel
    accounts: Accounts
    writer: CommandWriter
    delivery: FanOut
    delivery_controls: DeliveryControls
    audits: Audits
    hub: Hub
    live_stream: LiveStream
    courier: Courier
    services: Services

    async def __aenter__(self) -> Self:
        """Use the parts in a block."""
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        """Close the parts at the end of the block."""
        await self.close()

    async def close(self) -> None:
        """Let what runs finish, and close every connection."""
        await self.services.warming.close()
        await self.services.cache.flights.close()
        await self.services.asking.close()
        await self.services.gateway.close()
        await self.graph.close()
        await self.courier.close()
        await self.blocking.close()
        await self.redis.close()
        self.accounts.passwords.close()
        await self.accounts.providers.close()
        self.store.close()


def open_parts(settings: Settings) -> Parts:
    """Put everything together.

    Raises:
        SecretMissing: a secret of the settings is absent or too short.
        ProvidersInvalid: the providers of the settings are not set up as they must be.

    """
    secrets = checked_secrets(settings.token_secret.get_secret_value(), settings.seal_secret.get_secret_value())
    redis = RedisServers.open(settings.redis_urls, timeout=settings.redis_timeout)
    keyspace, rows, streams = redis.of(Role.TIMELINES), redis.of(Role.ROWS), redis.of(Role.STREAMS)
    blocking = streams.blocking()
    live_stream = LiveStream(streams, blocking)
    revocations = RevocationChannel(streams, blocking)
    graph = _graph(settings)
    courier = Courier(EventStream(streams), settings.stream_length)
    graph = replace(graph, committed=courier.send)
    early = EarlyRefresh(settings.early_refresh)
    cache = RowCache(
        rows,
        int(settings.cache_life.total_seconds()),
        settings.decode_cache_rows,
        early,
        timelines=None if rows is keyspace else keyspace,
    )
    writer = CommandWriter(graph, Invalidation(cache))
    store = MediaStore(StoreOptions.of(settings))
    cached = CachedTimelines(
        keyspace,
        settings.timeline_cap,
        int(settings.timeline_life.total_seconds()),
        settings.timeline_build_timeout,
        None if rows is keyspace else rows,
    )
    leader = graph.from_leader()
    pull = Pull(leader)
    recent = RecentPosts(leader, keyspace, settings.recent_posts_cap, cached.life, settings.timeline_build_timeout)
    pulled = PulledAuthors(leader, keyspace, settings.timeline_build_timeout)
    hashtag_posts = HashtagPosts(leader, keyspace, settings.recent_posts_cap, cached.life, settings.timeline_build_timeout)
    author_lists, builder = AuthorLists(cached, recent, pulled), TimelineBuilder(cached, pull, Activity(keyspace))
    queue = FanOutQueue(
        keyspace,
        settings.timeline_cap,
        int(settings.fan_out_plan_life.total_seconds()),
        claim_life=int(settings.event_reclaim_after * 1_000),
        recent_cap=settings.recent_posts_cap,
    )
    under_load = min(settings.push_below_lowest, settings.first_tier)
    delivery = FanOut(
        ReadAhead(FollowerIndex(graph), CHUNKS_READ * settings.fan_out_chunk),
        cached,
        queue,
        pull,
        pulled,
        settings.fan_out_chunk,
        settings.first_tier,
        under_load,
    )
    hub = Hub(live_stream, settings.stream_buffer, Undelivered(partial(delivered_posts, keyspace)))
    live = LiveJoining(hub, live_stream)
    requests, languages = Requests(writer), Languages()
    accounts = open_accounts(settings, secrets, redis, revocations, requests)
    write_limits = WriteLimits(RateLimits(redis.of(Role.LIMITS)), write_quotas(settings))
    ceiling = Ceiling(settings.following_most, round(settings.following_per_follower * 100))
    services = Services(
        graph=graph,
        cache=cache,
        accounts=accounts,
        follows=Follows(writer, delivery, ceiling, write_limits.outcomes),
        requests=requests,
        blocks=Blocks(writer),
        muted_users=MutedUsers(writer),
        muted_topics=MutedTopics(writer),
        close_friends=CloseFriends(writer),
        writing=Writing(
            writer,
            OwnedMedia(graph),
            author_lists,
            hashtag_posts,
            cache,
            settings.push_below,
            languages,
            followers_at_writing=settings.followers_as_of == "writing",
        ),
        editing=Editing(writer, hashtag_posts, languages, settings.edit_window),
        audiences=Audiences(writer),
        quoting=Quoting(writer),
        pins=Pins(writer),
        reply_hiding=ReplyHiding(writer),
        bookmarks=Bookmarks(writer),
        bookmark_folders=BookmarkFolders(writer),
        likes=PostFlags(writer, ("posts/like", PostLiked), ("posts/unlike", PostUnliked)),
        hashtag_follows=HashtagFollows(writer, hashtag_posts),
        reading_positions=ReadingPositions(writer, ReadingStore(redis.of(Role.SESSIONS))),
        views=Views(writer, cache, ViewStore(rows), settings.view_again_after),
        shows_views=settings.view_counts == "everybody",
        reposting=Reposting(writer, author_lists, cache, settings.push_below),
        uploads=Uploads(writer, store, _upload_limits(settings)),
        feeds=FeedParts(
            graph, cache, cached, pull, recent, pulled, hashtag_posts, CursorKeys.of(secrets.seal_secret), settings.refill_rounds
        ),
        timeline_refresh=TimelineRefresh(
            builder, RateLimits(redis.of(Role.LIMITS)), settings.timeline_refreshes, settings.refresh_window
        ),
        warming=TimelineWarming(builder),
        paths=Paths(graph),
        live=live,
        home_stream=HomeStream(live, graph),
        write_limits=write_limits,
        asking=Asking(settings.analytics_path),
        gateway=_gateway(settings, writer, redis),
        public_url=settings.own_url,
    )
    reasons = DriftReasons(graph, keyspace, EventStream(streams), settings.fan_out_plan_life)
    return Parts(
        settings=settings,
        graph=graph,
        warmth=Warmth(graph),
        redis=redis,
        keyspace=keyspace,
        blocking=blocking,
        store=store,
        revocations=revocations,
        accounts=accounts,
        writer=writer,
        delivery=delivery,
        delivery_controls=DeliveryControls(writer),
        audits=Audits(
            graph,
            TimelineAudit(keyspace, pull, reasons, cached.cap),
            Activity(keyspace),
            builder,
            recent,
            pulled,
        ),
        hub=hub,
        live_stream=live_stream,
        courier=courier,
        services=services,
    )


def _graph(settings: Settings) -> Graph:
    options = GraphOptions(
        settings.neo4j_database,
        settings.neo4j_pool_size,
        settings.neo4j_acquire_timeout,
        settings.neo4j_read_timeout,
        settings.neo4j_write_timeout,
        pipelined=settings.neo4j_connections == "pipelined",
    )
    return Graph.open(settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password.get_secret_value(), options)


def _gateway(settings: Settings, writer: CommandWriter, redis: RedisServers) -> Gateway:
    """Return the way of analysts to their graph."""
    password = settings.analytics_password.get_secret_value()
    fixed = Address(settings.analytics_uri, settings.analytics_user, password) if settings.analytics_uri else None
    limits = redis.of(Role.LIMITS)
    return Gateway(
        # Plans queries, and ends what nobody waits for; a query that is cancelled while it is planned takes a connection along.
        Copies(fixed, settings.analytics_path, 2 * settings.cypher_in_all),
        Readers(),
        QueryLog(writer),
        QueryPlaces(limits, settings.cypher_per_person, settings.cypher_in_all),
        RateLimits(limits),
        GatewayLimits(
            settings.cypher_seconds,
            settings.cypher_rows,
            settings.cypher_bytes,
            settings.cypher_often,
            settings.cypher_window,
        ),
    )


def _upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(settings.media_max_bytes, settings.media_max_pixels, settings.media_upload_life)
