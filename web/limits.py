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
class ConnectionLimits:
    """What one HTTP connection may send ahead of a request's body, and how long each side waits for a silent client."""

    request_line_bytes: int = 16_384
    """Longest request target: what common load balancers pass on. Longer documents go by POST or by their hash."""
    header_bytes: int = 8_192
    """Longest header, name and value. Cookies and tokens stay under 4 KB each; WebSocket handshakes allow no more."""
    headers: int = 100
    """Most headers of a request. Browsers behind two proxies send about 40."""
    head_bytes: int = 32_768
    """Largest sum of all headers, and of the trailers behind a body."""
    head_seconds: float = 10.0
    """Longest wait for a whole head, against clients that send nothing or a byte at a time. It counts from the connection, and
    for later requests on it from the first byte."""
    keep_alive_seconds: int = 65
    """Longest silence between two requests. Longer than the idle time of common load balancers (60 s), which would otherwise
    use closed connections."""
    rest_seconds: float = 5.0
    """Longest wait for the rest of a body whose request has its answer already, as those refused by their head do."""
    stall_seconds: float = 30.0
    """Longest time in which a client may read nothing of an answer."""
    linger_seconds: float = 2.0
    """Time between a refusal and the close of the connection: a client that still sends must be able to read the refusal."""
    linger_bytes: int = 1_048_576
    """Bytes that are read and dropped in that time, or behind an answer; beyond them nothing is read, so that a flood costs
    nothing."""
    pipelined: int = 16
    """Most requests that wait behind another on one connection. Each is kept until its turn, and browsers never pipeline."""

    @property
    def smallest(self) -> int:
        """A head of no more bytes is within every limit of size."""
        return min(self.request_line_bytes, self.header_bytes, self.head_bytes)


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Limits of one event stream or WebSocket."""

    operations: int = 100
    """Operations open at the same time on one WebSocket."""
    connections_per_person: int = 100
    """WebSockets and streams of one person open in a process: tens of tabs on several devices."""
    connections_per_address: int = 5_000
    """WebSockets and streams from one address open in a process: a university behind one address, at 50 kB each."""
    anonymous_connections_per_address: int = 100
    """Those among them without a token. They have little to follow, and need not even sign up."""
    operations_per_person: int = 500
    """Operations on WebSockets and streams that one person has open in a process."""
    operations_per_address: int = 25_000
    """Operations on WebSockets and streams that are open in a process from one address."""
    anonymous_operations_per_address: int = 500
    """Those among them without a token."""
    init_seconds: float = 10.0
    """Time for `connection_init` to arrive."""
    stall_seconds: float = 10.0
    """Longest time in which a client may read nothing of what waits for it, 64 KiB and what was written at once; after it the
    stream is closed, and the client can resume. Who reads slowly stays: what else waits for it is bounded."""
    close_seconds: float = 5.0
    """Time to send the close frame to a client that does not read."""
    ping_seconds: float = 10.0
    """Time between two signs of life: a `ping` on a WebSocket, a comment on server-sent events, an empty part of a multipart
    response. Clients that miss one and a half of them look for another connection, within 20 seconds."""
    unanswered_pings: int = 2
    """Pings that a client may leave without any message; then its WebSocket is closed."""
    resume_seconds: float = 1.0
    """When the client of a stream should come back after this process begins to stop, about: between half and one and a half."""


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
