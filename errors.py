"""Every error that Rookery raises on purpose, and the code a client sees.

    RookeryError
    ├── Unauthenticated      UNAUTHENTICATED      who are you?
    │   └── SessionEnded                          `reason` says so: no token of this session is good any more
    ├── Forbidden            FORBIDDEN            we know who you are, and you may not
    │   ├── ReauthenticationNeeded                `reason` says so: prove once more who you are
    │   ├── FollowingCeiling                      `reason` says so: the viewer follows as many as they may; `maximum` is how many
    │   ├── EditingEnded                          `reason` says so: a post may be edited no more; `until` is when it could be
    │   ├── CypherForbidden                       `reason` says so: an analyst may only read; `operation` is what was refused
    │   ├── RoleNeeded                            `role` says which role is missing
    │   └── ScopeNeeded                           `scope` says which scope the token of a program lacks
    ├── NotFound             NOT_FOUND            it does not exist, or you may not see it
    ├── InvalidInput         INVALID_INPUT        `field` names the argument at fault, `id` the one of many ids
    │   └── InvalidCypher                         `line` and `column` say where in a query of an analyst
    ├── CursorExpired        CURSOR_EXPIRED       `field` names the argument: the order that it belongs to is not held any more
    ├── Conflict             CONFLICT             it clashes with what is there
    │   └── EditedMeanwhile                       `reason` says so: the post says something else than was expected
    ├── RateLimited          RATE_LIMITED         `retryAfter` says how many seconds to wait
    │   └── TooManyWrites                         `limit` names what was done too often
    ├── TooManyOperations    TOO_MANY_OPERATIONS  as much is open as may be; end some
    ├── QueryTooExpensive    QUERY_TOO_EXPENSIVE  ask for less at once; `price` and `maximum` say how much less
    ├── CypherTooExpensive   QUERY_TOO_EXPENSIVE  `reason` says of what a query of an analyst took too much
    └── Unavailable          UNAVAILABLE          a part is down; the same request may succeed later
        ├── QueryTimeout                          the graph gave up on a query within its time
        └── OutcomeUnknown   OUTCOME_UNKNOWN      a write may have been done: the answer to its commit was lost

Anything else that escapes is a defect: clients see INTERNAL with an incident id, and the log has the rest.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from error_codes import ErrorCode


class RookeryError(Exception):
    """An error whose message is written for the client.

    Attributes:
        code: stable identifier, described in `error_codes.py`.
        message: one English sentence, safe to show.

    """

    code: ClassVar[ErrorCode]

    def __init__(self, message: str) -> None:
        """Keep the sentence that the client reads."""
        super().__init__(message)
        self.message = message

    @property
    def extensions(self) -> dict[str, object]:
        """What GraphQL puts into `errors[].extensions`."""
        return {"code": self.code}


class Unauthenticated(RookeryError):
    """The operation needs a signed-in viewer, or the credentials are wrong."""

    code = ErrorCode.UNAUTHENTICATED

    def __init__(self, message: str = "Sign in first.") -> None:
        """Say the same for each missing or refused credential unless told otherwise."""
        super().__init__(message)


class SessionEnded(Unauthenticated):
    """The session has ended, so that the person must log in again: another token of it would be refused as well."""

    def __init__(self, message: str = "The session has ended. Log in again.") -> None:
        """Say what to do."""
        super().__init__(message)

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason to the code, so that clients tell this from a token that is only too old."""
        return {"code": self.code, "reason": "SESSION_ENDED"}


class Forbidden(RookeryError):
    """The viewer is known and may not do this."""

    code = ErrorCode.FORBIDDEN


class ReauthenticationNeeded(Forbidden):
    """The viewer proved who they are too long ago for this; `reauthenticate` does it once more."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Prove once more who you are: `beginReauthentication` says by what you can.")

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason to the code, so that clients ask for a proof and then send the same again."""
        return {"code": self.code, "reason": "REAUTHENTICATION_REQUIRED"}


class FollowingCeiling(Forbidden):
    """The viewer follows, or asks to follow, as many people as they may. Waiting changes nothing; followers of their own do."""

    def __init__(self, maximum: int) -> None:
        """Say how many that is."""
        super().__init__(f"You follow {maximum:,} people or more, and that is the most for now.")
        self.maximum = maximum

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason and the number to the code."""
        return {"code": self.code, "reason": "FOLLOWING_CEILING", "maximum": self.maximum}


class EditingEnded(Forbidden):
    """A post may be edited no more: its time, until `until`, is over, or it was edited too often."""

    def __init__(self, message: str, until: datetime) -> None:
        """Say why, and until when it was possible."""
        super().__init__(message)
        self.until = until

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason to the code, and the time as the schema writes times."""
        until = self.until.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"code": self.code, "reason": "EDITING_ENDED", "until": until}


class CypherForbidden(Forbidden):
    """A query of an analyst would do something that analysts may not; `operation` names it as the plan does."""

    def __init__(self, operation: str) -> None:
        """Say what it would do."""
        super().__init__(f"Analysts may only read the graph, and this would do more: {operation}.")
        self.operation = operation

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason and the operation to the code."""
        return {"code": self.code, "reason": "NOT_ALLOWED_IN_QUERY", "operation": self.operation}


class RoleNeeded(Forbidden):
    """The viewer does not hold the role that this needs; `role` names it."""

    def __init__(self, role: str) -> None:
        """Name the role."""
        super().__init__(f"This needs the role {role}.")
        self.role = role

    @property
    def extensions(self) -> dict[str, object]:
        """Add the role to the code."""
        return {"code": self.code, "role": self.role}


class ScopeNeeded(Forbidden):
    """The token of a program does not open this; `scope` names what would, None where none does."""

    def __init__(self, scope: str | None) -> None:
        """Name the scope."""
        needed = "a person who is signed in" if scope is None else f"a token with the scope {scope}"
        super().__init__(f"This needs {needed}.")
        self.scope = scope

    @property
    def extensions(self) -> dict[str, object]:
        """Add the scope to the code."""
        return {"code": self.code, "scope": self.scope}


class NotFound(RookeryError):
    """The thing does not exist, or the viewer may not know that it does: both read the same."""

    code = ErrorCode.NOT_FOUND

    def __init__(self, what: str) -> None:
        """Name the kind of thing, as in "post"."""
        super().__init__(f"There is no such {what}.")


class InvalidInput(RookeryError):
    """An argument is not acceptable; `field` names it in the client's spelling, `one_of` the one at fault of a list of ids."""

    code = ErrorCode.INVALID_INPUT

    def __init__(self, field: str, message: str, one_of: str | None = None) -> None:
        """Name the argument at fault and say what is wrong with it."""
        super().__init__(message)
        self.field = field
        self.one_of = one_of

    @property
    def extensions(self) -> dict[str, object]:
        """Add the field to the code, and the id where it is one of many."""
        named = {} if self.one_of is None else {"id": self.one_of}
        return {"code": self.code, "field": self.field, **named}


class InvalidCypher(InvalidInput):
    """A query of an analyst is none, or fails while it runs; `line` and `column`, from 1, say where, if that is known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Keep what the server says, and where."""
        super().__init__("query", message)
        self.line = line
        self.column = column

    @property
    def extensions(self) -> dict[str, object]:
        """Add the place to the code and the field, where it is known."""
        place = {} if self.line is None else {"line": self.line, "column": self.column}
        return {"code": self.code, "field": self.field, **place}


class CursorExpired(RookeryError):
    """A cursor is of an order that was held for a while and is not any more; `field` names the argument that it came in."""

    code = ErrorCode.CURSOR_EXPIRED

    def __init__(self, field: str) -> None:
        """Name the argument."""
        super().__init__("This order is not kept any more. Read it anew from its first page.")
        self.field = field

    @property
    def extensions(self) -> dict[str, object]:
        """Add the field to the code."""
        return {"code": self.code, "field": self.field}


class Conflict(RookeryError):
    """The change clashes with the present state, such as a taken username."""

    code = ErrorCode.CONFLICT

    def __init__(self, message: str, field: str | None = None) -> None:
        """Name the argument that clashes, where there is one."""
        super().__init__(message)
        self.field = field

    @property
    def extensions(self) -> dict[str, object]:
        """Add the field to the code, where one is at fault."""
        return {"code": self.code} if self.field is None else {"code": self.code, "field": self.field}


class EditedMeanwhile(Conflict):
    """A post does not say any more what its author saw when they edited it: another device of theirs was faster."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("The post was edited meanwhile. Read it, and edit what it says now.", "expectedVersion")

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason to the code."""
        return {"code": self.code, "field": self.field, "reason": "EDITED_MEANWHILE"}


def _in_words(seconds: int) -> str:
    """Write a wait in the largest unit of which there are at least two, rounded up."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds > size:
            return f"{-(-seconds // size)} {unit}"
    return "a second" if seconds == 1 else f"{seconds} seconds"


class RateLimited(RookeryError):
    """Too many attempts, or too soon after the last; `retry_after` is in seconds.

    `scope` is which limit it was, for our own metrics: to who guesses it would tell what to change.
    """

    code = ErrorCode.RATE_LIMITED

    def __init__(self, retry_after: int, message: str | None = None, *, scope: str = "") -> None:
        """Say how long to wait; a message says it of what is counted in days."""
        super().__init__(message or f"Too many attempts. Try again in {_in_words(retry_after)}.")
        self.retry_after = retry_after
        self.scope = scope

    @property
    def extensions(self) -> dict[str, object]:
        """Add the wait, in seconds, to the code."""
        return {"code": self.code, "retryAfter": self.retry_after}


class TooManyWrites(RateLimited):
    """The viewer, or a token of theirs, wrote as much as they may for now.

    `limit` names of what, since there is nothing to guess.
    """

    def __init__(self, retry_after: int, *, scope: str) -> None:
        """Say of what there was enough: a scope is its plural, as in `posts`, and `posts-token` is that of a program's token."""
        what, _, of_token = scope.partition("-")
        whose = "This program has reached its" if of_token else "You have reached the"
        super().__init__(retry_after, f"{whose} limit of {what}. Try again in {_in_words(retry_after)}.", scope=scope)

    @property
    def extensions(self) -> dict[str, object]:
        """Add the name of the limit to the code and the wait."""
        return {"code": self.code, "retryAfter": self.retry_after, "limit": self.scope}


class TooManyOperations(RookeryError):
    """A stream would hold more, with the others of the viewer in this process, than they may."""

    code = ErrorCode.TOO_MANY_OPERATIONS


class QueryTooExpensive(RookeryError):
    """The operation asks for more than one request may cost; see `docs/decisions/pricing.md` for the unit."""

    code = ErrorCode.QUERY_TOO_EXPENSIVE

    def __init__(self, price: int, maximum: int) -> None:
        """Say what it costs and what it may cost."""
        super().__init__(f"This operation costs {price:,}, and {maximum:,} is the most. Ask for fewer items, or in parts.")
        self.price = price
        self.maximum = maximum

    @property
    def extensions(self) -> dict[str, object]:
        """Add price and maximum to the code."""
        return {"code": self.code, "price": self.price, "maximum": self.maximum}


class TooExpensive(StrEnum):
    """Of what a query of an analyst takes too much."""

    ESTIMATE = "ESTIMATE"
    TIME = "TIME"
    MEMORY = "MEMORY"
    NESTING = "NESTING"


class CypherTooExpensive(RookeryError):
    """A query of an analyst takes more than one may: time, memory, or already by the estimate of its plan."""

    code = ErrorCode.QUERY_TOO_EXPENSIVE
    _SAID: ClassVar[Mapping[TooExpensive, str]] = {
        TooExpensive.ESTIMATE: "The graph expects {limit:,.0f} rows on the way, and that is too much. Begin at fewer nodes.",
        TooExpensive.TIME: "This was stopped after {limit:g} seconds. Ask for less, or allow it more `seconds`.",
        TooExpensive.MEMORY: "This takes too much memory. Collect or sort less at once.",
        TooExpensive.NESTING: "This is nested too deeply.",
    }

    def __init__(self, reason: TooExpensive, limit: float = 0.0) -> None:
        """Say of what it takes too much; `limit` is the estimate in rows, or the time in seconds."""
        super().__init__(self._SAID[reason].format(limit=limit))
        self.reason = reason

    @property
    def extensions(self) -> dict[str, object]:
        """Add the reason to the code."""
        return {"code": self.code, "reason": self.reason}


class Unavailable(RookeryError):
    """A part that this needs is down or overloaded; nothing was changed unless the message says so."""

    code = ErrorCode.UNAVAILABLE

    def __init__(self, message: str = "This is not available right now. Try again in a moment.") -> None:
        """Say that the same request may succeed later."""
        super().__init__(message)


class QueryTimeout(Unavailable):
    """The graph gave up on a query because it ran longer than its limit."""

    def __init__(self) -> None:
        """Say it as a lack of time, not as a fault of the client."""
        super().__init__("This took too long and was stopped. Try again, or ask for less.")


class OutcomeUnknown(Unavailable):
    """A write was sent, and the answer to its commit was lost: it was done, or it was not.

    Nobody may repeat it who does not know that a second time changes nothing.
    """

    code = ErrorCode.OUTCOME_UNKNOWN

    def __init__(
        self,
        message: str = "This may have been done. Send it again with the same idempotency key, or look before you repeat it.",
    ) -> None:
        """Say that it may have been done, and how to find out."""
        super().__init__(message)
