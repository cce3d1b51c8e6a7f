"""Every setting of Rookery: read once from the environment, checked, and passed in.

Each is the environment variable `ROOKERY_` and the field's name in capitals. A secret may be in a file instead, named by the same
variable with `_FILE` at its end. `docs/operations.md` is printed from here.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from graph.rows.mails import Language
from services.secret_files import SecretFiles

Port = Annotated[int, Field(ge=1, le=65_535)]
Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


def _split(text: object) -> object:
    """Read a comma separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text


def _seconds(text: object) -> object:
    """Read a plain number as seconds, which pydantic does for numbers but not for their text."""
    return float(text) if isinstance(text, str) and text.replace(".", "", 1).isdigit() else text


Duration = Annotated[timedelta, BeforeValidator(_seconds)]
Window = Annotated[timedelta, BeforeValidator(_seconds), Field(ge=timedelta(seconds=1))]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


def _chances(text: object) -> object:
    """Read pairs of a chance and seconds, such as `0.05:30,0.25:20`."""
    return tuple(tuple(pair.split(":")) for pair in text.split(",") if pair.strip()) if isinstance(text, str) else text


def _rising(chances: "Chances") -> "Chances":
    """Check that the chance rises while the time until the end falls.

    Raises:
        ValueError: it does not.

    """
    for (chance, seconds), (next_chance, next_seconds) in pairwise(chances):
        if next_chance <= chance or next_seconds >= seconds:
            raise ValueError("each chance must be higher than the one before it, and its seconds fewer")
    return chances


def _proxies(text: str) -> str:
    """Check that each part is an IP address or a network: of anything else the web server would believe nothing, silently.

    Raises:
        ValueError: one is neither.

    """
    for part in text.split(","):
        if part.strip() != "*":
            ip_network(part.strip())
    return text


Chances = tuple[tuple[Annotated[float, Field(gt=0, le=1)], Count], ...]


def _redis_address(secret: SecretStr) -> SecretStr:
    """Check an address here: whoever reads it later says in errors where it breaks, and so a part of the password.

    Raises:
        ValueError: it is none.

    """
    address = secret.get_secret_value()
    try:
        is_one = urlsplit(address).scheme in REDIS_SCHEMES and urlsplit(address).port != 0
    except ValueError:
        is_one = False
    if address and not is_one:
        raise ValueError(
            "this is no address such as `redis://:password@host:6379/0`; in a password `/` is written `%2F`, `#` `%23`, `@` `%40`"
        )
    return secret


REDIS_SCHEMES = ("redis", "rediss", "unix")
RedisAddress = Annotated[SecretStr, AfterValidator(_redis_address)]


class Settings(BaseSettings):
    """What an operator can set. Times are in seconds (long ones also in ISO 8601, as PT15M), sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="ROOKERY_", frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`development` allows `rookery token` and readable logs; `production` logs JSON."
    )
    data_dir: Path = Field(Path(".rookery"), description="Where the embedded servers and generated secrets live.")

    neo4j_uri: str = Field("", description="Bolt address. `neo4j://` routes in a cluster, `+s` means TLS.")
    neo4j_user: str = Field("neo4j", description="Database user.")
    neo4j_password: SecretStr = Field(SecretStr(""), description="Database password.")
    neo4j_database: str = Field("neo4j", description="Database name.")
    neo4j_connections: Literal["pipelined", "driver"] = Field(
        "pipelined",
        description="Statements go over a few connections of our own (`pipelined`), or by the driver's pool (`driver`), as they "
        "always do in a cluster.",
    )
    neo4j_pool_size: Count = Field(40, description="Connections of the driver that a process keeps at most, besides those.")
    neo4j_acquire_timeout: Seconds = Field(2.0, description="Longest wait for a free connection, and for opening one.")
    neo4j_read_timeout: Seconds = Field(5.0, description="Server-side limit for one read of a request.")
    neo4j_write_timeout: Seconds = Field(10.0, description="Server-side limit for one write of a request.")
    neo4j_worker_timeout: Seconds = Field(60.0, description="Server-side limit for one statement of a worker.")

    redis_url: RedisAddress = Field(SecretStr(""), description="`redis://` or `rediss://` address with its password.")
    redis_timelines_url: RedisAddress = Field(
        SecretStr(""), description="Address of the Redis for timelines and their delivery; empty: `redis_url`."
    )
    redis_rows_url: RedisAddress = Field(SecretStr(""), description="Address of the Redis for cached rows; empty: `redis_url`.")
    redis_limits_url: RedisAddress = Field(SecretStr(""), description="Address of the Redis for limits; empty: `redis_url`.")
    redis_sessions_url: RedisAddress = Field(SecretStr(""), description="Address of the Redis for sessions; empty: `redis_url`.")
    redis_streams_url: RedisAddress = Field(SecretStr(""), description="Address of the Redis for events; empty: `redis_url`.")
    redis_timeout: Seconds = Field(1.0, description="Longest wait for one answer of Redis before it counts as down.")
    evict_above: float = Field(
        0.8,
        gt=0,
        lt=1,
        description="Share of the `maxmemory` of Redis from which workers remove timelines, least active first, and cached rows.",
    )

    s3_endpoint: str = Field("", description="Address of the S3 store, as servers reach it.")
    s3_public_endpoint: str = Field("", description="Address of the S3 store as clients reach it; empty: the same.")
    s3_access_key: str = Field("", description="Access key of the S3 store.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the S3 store.")
    s3_region: str = Field("us-east-1", description="Region of the bucket; naming it saves a call for each signature.")
    s3_bucket: str = Field("rookery-media", description="Bucket of the media.")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Port = Field(8000, description="Port to listen on.")
    processes: Count | None = Field(None, description="Web processes; empty: one for each core that is ours.")
    public_url: str = Field("", description="Where clients reach this server, for media links; empty: host and port.")
    allowed_hosts: Names = Field((), description="Host headers to accept, comma separated; empty: any.")
    allowed_origins: Names = Field(
        (), description="Web origins that may call from a browser, comma separated; the server's own always may."
    )
    trusted_proxies: Annotated[str, AfterValidator(_proxies)] = Field(
        "127.0.0.1",
        description="Addresses and networks, such as `10.0.0.0/8`, whose `X-Forwarded-For` is believed, comma separated; "
        "limits for an address count by it. The client is the last in the header that is none of them. `*` believes everybody: "
        "then each client chooses what it is counted by.",
    )
    worker_metrics_port: Port | None = Field(None, description="Port on which a worker serves its metrics; empty: none.")
    max_request_line: Count = Field(16_384, description="Longest request target; longer ones get 414.")
    max_header: Count = Field(8_192, description="Longest header of a request; longer ones get 431.")
    max_headers: Count = Field(100, description="Most headers of a request; more get 431.")
    max_head: Count = Field(32_768, description="Largest sum of the headers of a request; more gets 431.")
    head_timeout: Seconds = Field(10.0, description="Longest wait for the whole head of a request; then 408.")
    keep_alive_timeout: Count = Field(
        65, description="Longest silence between two requests on a connection; longer than that of the load balancer in front."
    )
    drain_delay: float | None = Field(
        None,
        ge=0,
        description="How long a stopping server still serves everything while `/readyz` fails, so that load balancers notice; "
        "empty: 5 in production, 0 in development.",
    )
    drain_timeout: Seconds = Field(20.0, description="How long a stopping server lets open requests finish.")
    drain_spread: float = Field(
        5.0,
        ge=0,
        description="Time over which a stopping server sends its streams away, so that not all come back at once; at most half "
        "of `drain_timeout`.",
    )
    ping_every: Seconds = Field(
        10.0,
        description="Time between two signs of life on a WebSocket or a stream; clients that miss them look for another "
        "connection.",
    )
    connections_per_person: Count = Field(100, description="WebSockets and streams of one person, in each process.")
    connections_per_address: Count = Field(5_000, description="WebSockets and streams from one address, in each process.")
    anonymous_connections_per_address: Count = Field(100, description="Those among them without a token.")
    operations_per_person: Count = Field(500, description="Operations open on those of one person, in each process.")
    operations_per_address: Count = Field(25_000, description="Operations open on those from one address, in each process.")
    anonymous_operations_per_address: Count = Field(500, description="Those among them without a token.")
    explorer: bool = Field(default=True, description="Serve the API explorer to browsers.")
    executor: Literal["compiled", "forced", "core"] = Field(
        "compiled",
        description="`compiled` turns operations seen before into code, `forced` also those met for the first time; "
        "`core` leaves each to graphql-core.",
    )
    introspection: bool = Field(default=True, description="Answer introspection queries.")
    metrics: bool = Field(default=True, description="Serve `/metrics`.")
    field_metrics: bool = Field(default=False, description="Count rows, time and failures of each field that is looked up.")
    tracing: bool = Field(default=False, description="Make OpenTelemetry spans of operations, batch steps and lookups.")
    trusted_documents: Path | None = Field(None, description="Manifest of known documents (Relay or Apollo form).")
    only_trusted_documents: bool = Field(default=False, description="Refuse every document that the manifest lacks.")

    max_body: Count = Field(262_144, description="Largest request body.")
    max_tokens: Count = Field(2_000, description="Most lexical tokens in a document; more costs validation time.")
    max_depth: Count = Field(14, description="Deepest nesting of fields.")
    max_aliases: Count = Field(30, description="Most aliases in a document.")
    max_root_fields: Count = Field(20, description="Most fields at the root of an operation.")
    max_price: Count = Field(10_000, description="Most that an operation may cost, in rows that it may read.")

    token_secret: SecretStr = Field(
        SecretStr(""), description="Signs access and refresh tokens, and makes links in mails. Of several, the first does."
    )
    seal_secret: SecretStr = Field(
        SecretStr(""), description="Encrypts e-mail addresses at rest; 32 bytes or more. Of several, the first does."
    )
    access_token_life: Duration = Field(timedelta(minutes=15), description="Life of an access token.")
    session_idle_life: Duration = Field(
        timedelta(days=30), description="How long a device stays signed in that does not refresh its session."
    )
    session_life: Duration = Field(
        timedelta(days=180), description="How long a device stays signed in at most; then it logs in again."
    )
    reauthentication_window: Duration = Field(
        timedelta(minutes=10),
        description="How long after somebody proved who they are they may do what needs more than a session, such as making a "
        "token for a program.",
    )
    refresh_grace: Duration = Field(
        timedelta(seconds=10),
        ge=timedelta(seconds=2),  # a process that loses its answer from Redis asks once more
        description="How long a refresh token that was used is answered once more, since its answer may have been lost; after "
        "that it counts as stolen. At least two seconds.",
    )
    log_in_attempts: Count = Field(
        5,
        description="Failed log-ins of one account, or on one known device, that nobody waits for. After these one must wait, "
        "and after each further one twice as long.",
    )
    log_in_first_wait: Duration = Field(timedelta(seconds=1), description="The first of these waits.")
    log_in_longest_wait: Duration = Field(timedelta(minutes=15), description="The longest of these waits.")
    log_in_attempts_per_address: Count = Field(
        200, description="Failed log-ins from one address, or 64 bits of IPv6, that may be made within `log_in_window`."
    )
    log_in_attempts_per_network: Count = Field(
        2_000, description="The same from one network of 24 bits, or 48 bits of IPv6."
    )
    log_in_window: Duration = Field(
        timedelta(hours=1),
        description="Time over which those of an address or a network come back, and for which those of an account count that "
        "nobody waited for; others count for a day.",
    )
    factor_attempts: Count = Field(5, description="Wrong second factors of one account that nobody waits for, as for log-ins.")
    factor_attempts_per_day: Count = Field(20, description="Most wrong second factors of one account within a day.")
    passkey_domain: str = Field(
        "",
        description="Domain that passkeys are bound to, which is that of the pages that use them or one above it; empty: the "
        "host of `public_url`. Another one makes all passkeys useless.",
    )
    password_hash_memory: int = Field(
        65_536,
        ge=8,
        description="Memory of one password hash (Argon2id) in KiB. Hashes made with another are renewed when people log in.",
    )
    password_hash_passes: Count = Field(2, description="Passes over that memory. Below 19,456 KiB and 2, hashes are weak.")
    password_hash_threads: Count = Field(2, description="Password hashes that a process computes at once.")
    reactivation_window: Duration = Field(
        timedelta(days=30), description="How long after deactivating an account logging in brings it back."
    )
    sign_ups_per_address: Count = Field(50, description="Sign-ups from one address within `sign_up_window`.")
    sign_up_window: Duration = Field(timedelta(hours=1), description="How long a sign-up counts.")

    posts_per_person: Count = Field(
        300, description="Posts, replies and reposts among them, that one person may write within `post_window`."
    )
    posts_per_token: Count | None = Field(None, description="The same by each token of their programs; empty: as many.")
    post_window: Window = Field(timedelta(hours=3), description="Time over which they come back, one by one.")
    follows_per_person: Count = Field(
        400, description="People whom one person may follow, or ask to follow, within `follow_window`."
    )
    follows_per_token: Count | None = Field(None, description="The same by each token of their programs; empty: as many.")
    follow_window: Window = Field(timedelta(days=1), description="Time over which they come back, one by one.")
    following_most: Count = Field(
        7_500, description="People whom one person may follow in all, or ask to, unless their own followers allow more."
    )
    following_per_follower: float = Field(
        1.1,
        ge=0,
        description="People whom one person may follow, or ask to, for each of their own followers, where that is more.",
    )
    likes_per_person: Count = Field(1_000, description="Posts that one person may like within `like_window`.")
    likes_per_token: Count | None = Field(None, description="The same by each token of their programs; empty: as many.")
    like_window: Window = Field(timedelta(hours=1), description="Time over which they come back, one by one.")

    providers: SecretStr = Field(
        SecretStr(""), description="Providers by which people may log in (OpenID Connect), in JSON or TOML."
    )
    provider_returns: Names = Field(
        (),
        description="Addresses to which logging in by a provider may lead back, in full and comma separated: of apps, such as "
        "`org.example.app:/logged-in`, beside pages of `allowed_origins` and of the server itself; and of pages, beside which no "
        "other of their origin counts.",
    )
    provider_timeout: Seconds = Field(5.0, description="Longest wait for one answer of a provider.")

    reserved_usernames: Names = Field(
        (), description="Usernames that nobody can take, comma separated, beside those that the product reserves."
    )
    username_change_every: Duration = Field(
        timedelta(days=30), description="Time between two changes of somebody's username, at least."
    )
    username_quarantine: Duration = Field(
        timedelta(days=30),
        description="How long a username that somebody has changed leads to them, and nobody else can take it.",
    )

    smtp_host: str = Field("", description="Name of the SMTP server that takes our mail; empty: no mail is sent.")
    smtp_port: Port = Field(587, description="Port of that server.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How mail is encrypted on its way to that server: by STARTTLS, by TLS from the beginning (port 465), or not.",
    )
    smtp_user: str = Field("", description="Who we are to that server; empty: it asks nobody.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Our password there.")
    smtp_timeout: Seconds = Field(20.0, description="Longest wait for one answer of that server.")
    mail_from: str = Field(
        "",
        pattern=r"^$|^[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$",
        description="Whom mail is from, as `Rookery <no-reply@example.org>`; needed with `smtp_host`.",
    )
    mail_links: str = Field(
        "",
        description="Address of the frontend, below which links in mails lead to `/verify-email` and `/reset-password`; needed "
        "with `smtp_host`, but for `rookery up`.",
    )
    mail_language: Language = Field(Language.EN, description="Language of mails to people whose own is not known.")
    mail_sink: Path | None = Field(
        None, description="Folder in which a mail sink keeps what it takes, for the page `/dev/mail`; only in development."
    )
    mails_per_account: Count = Field(5, description="Mails of one kind for one account, or to one address, within `mail_window`.")
    mails_per_address: Count = Field(
        30, description="Requests for new passwords from one network within `mail_window`, and links followed that are not good."
    )
    mail_window: Duration = Field(timedelta(hours=1), description="How long such a mail counts.")
    verification_life: Duration = Field(timedelta(hours=24), description="How long a link to an e-mail address is good.")
    reset_life: Duration = Field(timedelta(hours=1), description="How long a link for a new password is good.")

    timeline_cap: Count = Field(800, description="Post ids kept in a cached home timeline.")
    timeline_life: Duration = Field(timedelta(days=30), description="How long an unread cached timeline is kept.")
    timeline_build_timeout: Seconds = Field(10.0, description="How long one builder may hold a timeline.")
    timeline_refreshes: Count = Field(5, description="Times that a viewer may have the timeline built anew in `refresh_window`.")
    refresh_window: Duration = Field(timedelta(minutes=1), description="How long such a time counts.")
    audit_every: Seconds = Field(600.0, description="Time between audits of cached timelines, by one of the workers.")
    audit_sample: Count = Field(50, description="Cached timelines that such an audit compares with the graph.")
    recent_posts_cap: Count = Field(
        200, description="Post ids kept of an author whose posts are not pushed to all, and of a hashtag."
    )
    refill_rounds: Count = Field(5, description="Further skeleton pages read when rules empty a page.")
    cache_life: Duration = Field(timedelta(hours=1), description="How long posts, people and counts stay in Redis.")
    early_refresh: Annotated[Chances, NoDecode, BeforeValidator(_chances), AfterValidator(_rising)] = Field(
        "0.05:30,0.25:20,0.5:10",  # type: ignore[arg-type]  # it is read as if it came from the environment
        description="Chances that a read refreshes what it finds in Redis, each with the seconds before its end from which it "
        "counts; empty: nothing is refreshed early.",
    )
    decode_cache_rows: int = Field(
        4_096,
        ge=0,
        description="Rows of each kind that a process keeps as it has read them from Redis, at about 2 kB each; 0 for none.",
    )
    followers_as_of: Literal["reading", "writing"] = Field(
        "reading",
        description="Who counts as a follower for a post for followers: who follows when it is read, or, for posts written "
        "from now on, only who has followed since it was written.",
    )
    push_below: Count = Field(
        10_000,
        description="Followers from which an author's posts are not pushed to all of them: the others pull them when they read.",
    )
    push_below_lowest: Count = Field(
        1_000,
        description="How far load may lower `push_below`, and how many of the most active then get a post at once. Where that "
        "does not do, posts of authors with more are pulled by all.",
    )
    busy_backlog: Count = Field(
        100_000, description="Deliveries waiting from which fan-out counts as busy: about five seconds of one worker."
    )
    busy_age: Seconds = Field(2.0, description="How far behind its turn the next task of fan-out is when it counts as busy.")
    fan_out_chunk: Count = Field(
        500, description="Followers pushed to in one step, about a millisecond of Redis; four times as many are read at once."
    )
    fan_out_plan_life: Duration = Field(
        timedelta(days=1), description="How long the plan of a delivered post is retained, so that no event delivers it again."
    )

    first_tier: Count = Field(10_000, description="Most active followers who get a post at once that is not pushed to all.")
    second_tier: Count = Field(90_000, description="Next most active followers, who get it in batches over a time.")
    second_tier_spread: Seconds = Field(300.0, description="Time over which the batches of the second tier are spread.")
    most_active_life: Duration = Field(timedelta(minutes=10), description="How long most active followers are taken for that.")

    view_counts: Literal["everybody", "author"] = Field(
        "everybody", description="Who is shown how often a post was viewed: everybody who sees it, or its author alone."
    )
    view_again_after: Duration = Field(
        timedelta(minutes=30),
        description="Time within which a person counts once on a post; they count again at the latest after half as much more.",
    )
    views_every: Seconds = Field(
        60.0, description="How often views are added to the graph by one of the workers: what an emptied Redis loses of them."
    )

    media_max_bytes: Count = Field(10_485_760, description="Largest picture that may be uploaded.")
    media_max_pixels: Count = Field(40_000_000, description="Most pixels of a picture, against decompression bombs.")
    edit_window: Duration = Field(timedelta(minutes=30), description="How long after writing a post its author may edit it.")

    purge_after: Duration = Field(
        timedelta(days=30), description="How long after its deletion a post is deleted for good, with its pictures."
    )

    media_upload_life: Duration = Field(timedelta(minutes=15), description="How long an upload address is valid.")

    analytics: bool = Field(
        default=False,
        description="Keep a copy of what strangers may see for analysts: workers note what changes, and refresh it.",
    )
    analytics_folder: Path | None = Field(
        None, description="Folder of that copy, which the workers and whoever reads it share; empty: `analytics` in `data_dir`."
    )
    analytics_text: bool = Field(default=False, description="Whether the copy has the texts of posts.")
    analytics_every: float = Field(
        86_400.0, ge=0, description="How often one of the workers refreshes the copy; with 0 this worker only notes."
    )
    analytics_uri: str = Field(
        "",
        description="Bolt address of the analysts' graph; empty: the one that `rookery analytics up` serves from that folder.",
    )
    analytics_user: str = Field("neo4j", description="Database user there.")
    analytics_password: SecretStr = Field(SecretStr(""), description="Database password there.")
    cypher_seconds: Seconds = Field(60.0, description="Most time that an analyst may allow a query.")
    cypher_rows: Count = Field(10_000, description="Most rows that a query gives; further ones are left out.")
    cypher_bytes: Count = Field(4_000_000, description="About the most bytes that a query gives, in JSON.")
    cypher_per_person: Count = Field(2, description="Queries of one analyst that run at once.")
    cypher_in_all: Count = Field(6, description="Queries of all analysts that run at once.")
    cypher_often: Count = Field(300, description="Queries that one analyst may send within `cypher_window`.")
    cypher_window: Window = Field(timedelta(minutes=5), description="Time over which they come back, one by one.")

    event_attempts: Count = Field(5, description="Deliveries of an event before it is set aside as a dead letter.")
    event_reclaim_after: Seconds = Field(
        15.0, description="Idle time after which another worker takes over an event, or a task of fan-out."
    )
    stream_length: Count = Field(100_000, description="Events kept in a stream, approximately.")
    live_event_life: Duration = Field(
        timedelta(days=1), description="How long live events are kept for clients that come back, while `stream_length` allows."
    )
    stream_buffer: Count = Field(5_000, description="Events that wait for a subscriber; with more it is told to read anew.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a folder of secrets, which nobody names
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is handed in before the environment, that and its files of secrets before the file of `rookery up`."""
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        """Check that what mail needs is there, where mail is sent.

        Raises:
            ValueError: it is not.

        """
        if self.smtp_host and not self.mail_from:
            raise ValueError("ROOKERY_SMTP_HOST is set, so ROOKERY_MAIL_FROM must be set as well")
        if self.smtp_host and not self.mail_links and self.mail_sink is None:
            raise ValueError("ROOKERY_SMTP_HOST is set, so ROOKERY_MAIL_LINKS must be set as well")
        return self

    @property
    def sends_mail(self) -> bool:
        """Whether mail is sent at all."""
        return bool(self.smtp_host)

    @property
    def analytics_path(self) -> Path:
        """The folder of the analysts' copy."""
        return self.analytics_folder or self.data_dir / "analytics"

    @property
    def own_url(self) -> str:
        """Where clients reach this server."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def redis_urls(self) -> Mapping[str, str]:
        """The address of Redis for each role, those without one of their own at the common one."""
        urls = {
            "timelines": self.redis_timelines_url,
            "rows": self.redis_rows_url,
            "limits": self.redis_limits_url,
            "sessions": self.redis_sessions_url,
            "streams": self.redis_streams_url,
        }
        return {role: (url.get_secret_value() or self.redis_url.get_secret_value()) for role, url in urls.items()}

    @property
    def drain_delay_seconds(self) -> float:
        """The delay that is set, or that of the environment: two failed checks of a load balancer that asks every 2 s."""
        if self.drain_delay is not None:
            return self.drain_delay
        return 5.0 if self.environment == "production" else 0.0
