"""How a connection ends, and what a client does then: one table for WebSockets, server-sent events and multipart responses.

`docs/api.md` is printed from it, and a test brings about each row over each transport.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from error_codes import ErrorCode


class Advice(StrEnum):
    """What a client does after an ending."""

    RESUME = "come back with the last cursor, after a second or so"
    RESUME_LATER = "come back later, with the last cursor"
    REFRESH = "refresh the session, or log in where it has ended, then come back with the last cursor"
    SIGN_IN = "log in, then come back with the last cursor"
    FETCH_LESS = "end some, then try again"
    MEND = "mend the client"


class Told(Enum):
    """What the client of a stream is told: of server-sent events, or of a multipart response."""

    RETRY = auto()
    """To come back after a time: server-sent events end without `complete`, so that their clients do so by themselves."""
    ERROR = auto()
    """The error, and that the stream is complete: coming back as before would not help."""
    STATUS = auto()
    """The error, with an HTTP status and `Retry-After`: the stream never began."""
    CUT = auto()
    """Nothing: the client does not read."""
    NOTHING = auto()
    """It cannot happen: a stream has no such messages."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One row of the table.

    Attributes:
        name: stable label, for metrics.
        when: what happened.
        close_code: code of the WebSocket's close frame; None ends only the operation.
        reason: sentence for the client, at most 123 bytes. A more exact one may take its place.
        told: what a stream is told.
        advice: what the client does.
        error: code of the error that the client gets.
        error_reason: `extensions.reason` of that error, the same as over HTTP; None for none.

    """

    name: str
    when: str
    close_code: int | None
    reason: str
    told: Told
    advice: Advice
    error: ErrorCode | None = None
    error_reason: str | None = None

    @property
    def operations_error(self) -> ErrorCode | None:
        """Return the code that each open operation of a WebSocket gets before the close.

        It is None where clients should come back by themselves, which they do after a close and not after an error.
        """
        return None if self.told is Told.STATUS else self.error


DRAINING = Ending(
    "draining", "this server stops", 1001, "Going away: resume elsewhere",
    Told.RETRY, Advice.RESUME, None,
)
TOO_LARGE = Ending(
    "too_large", "a message is larger than 256 KiB", 1009, "Message too big", Told.NOTHING, Advice.MEND,
)
OVERLOADED = Ending(
    "overloaded", "the server cannot take the connection now", 1013, "Try again later", Told.STATUS, Advice.RESUME_LATER,
    ErrorCode.UNAVAILABLE,
)
TOO_MANY_CONNECTIONS = Ending(
    "too_many_connections", "the person or the address has too many WebSockets and streams", 1013, "Too many connections",
    Told.STATUS, Advice.FETCH_LESS, ErrorCode.TOO_MANY_CONNECTIONS,
)
TOO_MANY_OPERATIONS = Ending(
    "too_many_operations", "the socket, the person or the address has too many operations open", None, "Too many operations",
    Told.STATUS, Advice.FETCH_LESS, ErrorCode.TOO_MANY_OPERATIONS,
)
PART_DOWN = Ending(
    "part_down", "a part of the server is down", None, "This is not available right now. Try again in a moment.",
    Told.ERROR, Advice.RESUME, ErrorCode.UNAVAILABLE,
)
BAD_MESSAGE = Ending(
    "bad_message", "a message is not of the protocol", 4400, "Not a message of the protocol", Told.NOTHING, Advice.MEND,
)
NOT_ACKNOWLEDGED = Ending(
    "not_acknowledged", "an operation or a token comes before `connection_ack`", 4401, "Unauthorized",
    Told.NOTHING, Advice.MEND,
)
CREDENTIAL_REFUSED = Ending(
    "credential_refused", "the token is refused, at the start or when signing in again", 4403, "The token is refused",
    Told.ERROR, Advice.REFRESH, ErrorCode.UNAUTHENTICATED,
)
OTHER_PERSON = Ending(
    "other_person", "a socket is to sign in again as somebody else, or after it began without a token", 4403,
    "The token is of another person", Told.NOTHING, Advice.MEND, ErrorCode.UNAUTHENTICATED,
)
TOKEN_ENDED = Ending(
    "token_ended", "the token has ended, and the socket has no newer one", 4403, "The access token has expired.",
    Told.ERROR, Advice.REFRESH, ErrorCode.UNAUTHENTICATED,
)
SESSION_ENDED = Ending(
    "session_ended", "the session was ended, by its owner or with the account", 4403, "The session has ended.",
    Told.ERROR, Advice.SIGN_IN, ErrorCode.UNAUTHENTICATED, "SESSION_ENDED",
)
REVOKED = Ending(
    "revoked", "the token was revoked", 4403, "The token was revoked.", Told.ERROR, Advice.SIGN_IN, ErrorCode.UNAUTHENTICATED,
)
SUBPROTOCOL_MISSING = Ending(
    "subprotocol_missing", "the subprotocol is not `graphql-transport-ws`", 4406, "Subprotocol not acceptable",
    Told.NOTHING, Advice.MEND,
)
NOT_INTRODUCED = Ending(
    "not_introduced", "no `connection_init` comes within 10 seconds", 4408, "Connection initialisation timeout",
    Told.NOTHING, Advice.RESUME,
)
SILENT = Ending(
    "silent", "the client answers two pings with nothing", 4408, "Silent: two pings had no answer",
    Told.NOTHING, Advice.RESUME,
)
DUPLICATE_ID = Ending(
    "duplicate_id", "an operation has the id of another that is open", 4409, "Subscriber already exists",
    Told.NOTHING, Advice.MEND,
)
TOO_MANY_INITS = Ending(
    "too_many_inits", "a second `connection_init` comes", 4429, "Too many initialisation requests", Told.NOTHING, Advice.MEND,
)
SLOW = Ending(
    "slow", "the client reads nothing of what waits for it for 10 seconds", 4499, "Too slow: resume from your last cursor",
    Told.CUT, Advice.RESUME,
)
DEFECT = Ending(
    "defect", "a defect of the server", 4500, "Internal server error", Told.ERROR, Advice.RESUME_LATER, ErrorCode.INTERNAL,
)

ENDINGS = (
    DRAINING, TOKEN_ENDED, REVOKED, SESSION_ENDED, CREDENTIAL_REFUSED, OTHER_PERSON, SLOW, SILENT, OVERLOADED,
    TOO_MANY_CONNECTIONS, TOO_MANY_OPERATIONS, PART_DOWN, DEFECT, NOT_INTRODUCED, TOO_LARGE, BAD_MESSAGE, NOT_ACKNOWLEDGED,
    SUBPROTOCOL_MISSING, DUPLICATE_ID, TOO_MANY_INITS,
)
"""Every row, in the order of the printed table: what a good client meets comes first."""


class Ended(Exception):
    """A connection ends: by us with an ending, or with None because the client has disconnected."""

    def __init__(self, ending: Ending | None, reason: str = "") -> None:
        """Take the ending, and a reason that is more exact than its own."""
        super().__init__(reason or (ending.reason if ending else ""))
        self.ending = ending

    @property
    def reason(self) -> str:
        """Return the sentence for the client, at most 123 bytes in UTF-8, which is what a close frame holds."""
        return str(self).encode()[:_MOST_REASON_BYTES].decode(errors="ignore")


_MOST_REASON_BYTES = 123
