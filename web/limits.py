"""Limits on what one client may send and how long it may take. They are checked before any work is done."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Limits of a document. Fields and aliases of a fragment count each time that it is spread."""

    bytes: int = 65_536
    """Length of the text. Real operations with all their fragments stay under 20 KB."""
    tokens: int = 2_000
    """Lexical tokens. Parsing and validating takes 0.1 ms for ten of them."""
    depth: int = 14
    """Nesting of fields, without introspection, which has `introspection_depth`."""
    introspection_depth: int = 20
    """Nesting of fields below `__schema` and `__type`; common tools need 15."""
    fields: int = 1_000
    """Fields of an operation with its fragments expanded, against fragments that multiply."""
    aliases: int = 30
    """Aliases of an operation: each may run a resolver again."""
    root_fields: int = 20
    """Fields at the root of an operation."""
    directives: int = 50
    """Uses of directives in a document."""
    repeats: int = 10
    """Uses of one name in one selection: validation compares each with each."""
    fragments: int = 60
    """Fragment definitions in a document: validation compares them in pairs, which takes 33 ms for 60."""


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Limits of one HTTP request."""

    body_bytes: int = 262_144
    body_seconds: float = 10.0
    """Time for the whole body to arrive, against clients that send a byte at a time."""
    variables_bytes: int = 131_072
    variables_depth: int = 32
    """Nesting of variables; coercion is recursive."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Limits of one event stream or WebSocket."""

    operations: int = 100
    """Operations open at the same time on one WebSocket."""
    init_seconds: float = 10.0
    """Time for `connection_init` to arrive."""
    stall_seconds: float = 10.0
    """Time for the client to read one message; after it the stream is closed, and the client can resume."""
    close_seconds: float = 5.0
    """Time to send the close frame to a client that does not read."""
    heartbeat_seconds: float = 12.0
    """Time without an event after which a server-sent stream sends a comment, so that proxies keep it open."""
    resume_milliseconds: int = 1_000
    """When the client of a server-sent stream should reconnect after this process begins to stop."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of the HTTP and WebSocket surface."""

    http: HttpLimits = field(default_factory=HttpLimits)
    document: DocumentLimits = field(default_factory=DocumentLimits)
    streams: StreamLimits = field(default_factory=StreamLimits)
    cached_documents: int = 1_000
    """Parsed and validated documents in the cache."""
    cached_document_bytes: int = 524_288
    """Characters of the documents in the cache; a parsed document takes 140 bytes for each, so 70 MB at most."""
