"""The codes of errors: what `errors[].extensions.code` holds, what each means, and what a client does about it.

The enum of the schema and the tables of `docs/api.md` are made from this.
"""

from collections.abc import Mapping
from enum import StrEnum


class ErrorCode(StrEnum):
    """Every code that a client can get."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    INVALID_INPUT = "INVALID_INPUT"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    QUERY_TOO_EXPENSIVE = "QUERY_TOO_EXPENSIVE"
    UNAVAILABLE = "UNAVAILABLE"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    INTERNAL = "INTERNAL"
    BAD_REQUEST = "BAD_REQUEST"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    TOO_MANY_OPERATIONS = "TOO_MANY_OPERATIONS"
    TOO_MANY_CONNECTIONS = "TOO_MANY_CONNECTIONS"


RUNNING: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.UNAUTHENTICATED: (
        "nobody is signed in, the token or its session has ended (`extensions.reason`: `SESSION_ENDED`), or a password is wrong",
        "refresh the session, or log in where it has ended",
    ),
    ErrorCode.FORBIDDEN: (
        (
            "the viewer may not do this, not yet (`extensions.reason`: `REAUTHENTICATION_REQUIRED`, `FOLLOWING_CEILING`) or no "
            "more (`EDITING_ENDED`, with `extensions.until`)"
        ),
        "do not offer it, or ask for the password and call `reauthenticate`",
    ),
    ErrorCode.NOT_FOUND: ("it does not exist, or the viewer may not know that it does", "take it off the screen"),
    ErrorCode.INVALID_INPUT: (
        "an argument is not acceptable; `extensions.field` names it, and `extensions.id` the one at fault of a list of ids",
        "show the sentence at that field",
    ),
    ErrorCode.CURSOR_EXPIRED: (
        "the order that a cursor belongs to is not held any more; `extensions.field` names the argument",
        "read the list anew from its first page",
    ),
    ErrorCode.CONFLICT: (
        (
            "it clashes with what is there, such as a taken name or a used key; `extensions.field` names it where one is at "
            "fault, and `extensions.reason` is `EDITED_MEANWHILE` where a post says something else than was expected"
        ),
        "let the person choose another, or read what is there now",
    ),
    ErrorCode.RATE_LIMITED: (
        "too many attempts; `extensions.retryAfter` is seconds, and `extensions.limit` names a limit of what people write",
        "wait that long",
    ),
    ErrorCode.QUERY_TOO_EXPENSIVE: ("it asks for too much at once", "ask for less"),
    ErrorCode.TOO_MANY_OPERATIONS: ("too much is open: too many operations, or home timelines about too many people", "end some"),
    ErrorCode.UNAVAILABLE: (
        "a part is down or slow; a mutation that answers it changed nothing",
        "try again in a moment",
    ),
    ErrorCode.OUTCOME_UNKNOWN: (
        "a mutation was done or was not: its answer was lost, or what it changed could not be read",
        "send it again with the same `idempotencyKey`, or look before you repeat it",
    ),
    ErrorCode.INTERNAL: (
        "a defect; `extensions.incident` finds it in the log",
        "show that something went wrong, with the incident",
    ),
}
"""Codes of errors of an operation that runs: what happened, and what to do."""

_REFUSED = "200 or 400"
BEFORE: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.BAD_REQUEST: ("400", "not a well-formed GraphQL request: bad JSON, wrong types, no document"),
    ErrorCode.BATCHING_NOT_SUPPORTED: ("400", "an array of operations: send one operation a request"),
    ErrorCode.METHOD_NOT_ALLOWED: ("405", "neither GET nor POST, or something other than a query by GET"),
    ErrorCode.NOT_ACCEPTABLE: (
        "406", "`Accept` names nothing that is written here, or a subscription did not ask for a stream"
    ),
    ErrorCode.REQUEST_TIMEOUT: ("408", "the body did not arrive in time"),
    ErrorCode.PAYLOAD_TOO_LARGE: ("413", "the body, the document or the variables are larger than their limit"),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: ("415", "the body is not `application/json` in UTF-8"),
    ErrorCode.GRAPHQL_PARSE_FAILED: (_REFUSED, "the document is not GraphQL"),
    ErrorCode.GRAPHQL_VALIDATION_FAILED: (_REFUSED, "the document does not fit the schema"),
    ErrorCode.OPERATION_RESOLUTION_FAILURE: (_REFUSED, "`operationName` does not pick one operation"),
    ErrorCode.INVALID_INPUT: (
        _REFUSED, "a variable does not fit its type, or holds half a character (a lone surrogate; `extensions.field` names it)"
    ),
    ErrorCode.QUERY_TOO_EXPENSIVE: (
        _REFUSED,
        "too deep, wide or many aliases; or it costs more than is allowed, with `extensions.price` and `extensions.maximum`",
    ),
    ErrorCode.PERSISTED_QUERY_NOT_FOUND: (_REFUSED, "unknown hash: send it again with the text"),
    ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED: (_REFUSED, "persisted queries are off: send the text alone"),
    ErrorCode.DOCUMENT_NOT_TRUSTED: (_REFUSED, "only known documents run here"),
    ErrorCode.TOO_MANY_OPERATIONS: (
        "429 with `Retry-After`, on a WebSocket none",
        "one WebSocket, the person or the address has too many operations open",
    ),
    ErrorCode.TOO_MANY_CONNECTIONS: (
        "429 with `Retry-After`, on a WebSocket close 1013",
        "the person or the address has too many WebSockets and streams open",
    ),
    ErrorCode.UNAUTHENTICATED: ("401", "the token was refused"),
    ErrorCode.UNAVAILABLE: ("503 with `Retry-After`", "the process is stopping: another one answers"),
}
"""Codes of requests that do not run: the HTTP status, and why. "200 or 400" follows what the client accepts."""


def description(code: ErrorCode) -> str:
    """Return what a code means and what to do about it, in sentences."""
    if code in RUNNING:
        return " ".join(map(_sentence, RUNNING[code]))
    return f"Nothing ran: {BEFORE[code][1]}."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
