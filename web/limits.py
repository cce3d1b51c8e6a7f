"""What one client may send, and how long it may take over it. Every refusal here comes before any work."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The shape a document may have. Counts follow fragments to where they are spread."""

    bytes: int = 65_536
    """Longest text. Real operations with all their fragments stay under 20 KB."""
    tokens: int = 2_000
    """Most lexical tokens: what parsing and validating cost grows with them, 0.1 ms for each ten."""
    depth: int = 14
    """Deepest nesting of fields; introspection is exempt and bounded by `introspection_depth`."""
    introspection_depth: int = 20
    """Deepest nesting below `__schema` and `__type`: the usual tools ask for 15."""
    fields: int = 1_000
    """Most fields of an operation with its fragments spread out, against fragments that multiply."""
    aliases: int = 30
    """Most aliases of an operation: each may run a resolver again."""
    root_fields: int = 20
    """Most fields at the root of an operation."""
    directives: int = 50
    """Most uses of directives in a document."""
    repeats: int = 10
    """Most times that one name may stand in one selection: validation compares each with each."""
    fragments: int = 60
    """Most fragment definitions in a document: validation compares those spread together in pairs, 33 ms for 60."""


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What one request may weigh."""

    body_bytes: int = 262_144
    body_seconds: float = 10.0
    """Longest wait for a whole body, against clients that send a byte at a time."""
    variables_bytes: int = 131_072
    variables_depth: int = 32
    """Deepest nesting of variables; coercion walks them by recursion."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What one stream of events may hold."""

    operations: int = 100
    """Most operations open at once on one WebSocket."""
    init_seconds: float = 10.0
    """Longest wait for `connection_init`."""
    stall_seconds: float = 10.0
    """Longest time that one message may wait for the client to read; then the stream is cut, to be resumed."""
    farewell_seconds: float = 5.0
    """Longest wait to hand over the close frame to a client that has stalled."""
    heartbeat_seconds: float = 12.0
    """Silence after which a server-sent stream sends a comment, so that proxies keep it open."""
    resume_milliseconds: int = 1_000
    """How soon a client of a server-sent stream that was told to move should come back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of the surface."""

    http: HttpLimits = field(default_factory=HttpLimits)
    document: DocumentLimits = field(default_factory=DocumentLimits)
    streams: StreamLimits = field(default_factory=StreamLimits)
    cached_documents: int = 1_000
    """Parsed and validated documents kept."""
    cached_document_bytes: int = 524_288
    """Text of the documents kept, in characters; a parsed one takes 140 bytes for each, so 70 MB at most."""
