"""Formats errors for clients, and logs what clients must not see."""

import traceback
from collections.abc import Callable
from uuid import uuid4

import structlog
from graphql import GraphQLError

from error_codes import ErrorCode
from errors import OutcomeUnknown, RookeryError, Unavailable
from web.input_errors import argument_error, is_argument_error
from web.log_safety import places

_log = structlog.get_logger("web.error_formatting")


class ErrorFormatter:
    """Formats errors for clients, and logs those that are defects of ours.

    The log has the types and places of errors, not their messages, which may contain what a client sent: `int("hunter2")`
    puts its argument into the message. `show_messages` logs them too, for development.
    """

    def __init__(self, count: Callable[[str], None], *, show_messages: bool = False) -> None:
        """`count` is called with the code of each error."""
        self._count = count
        self._show_messages = show_messages

    def request_error(self, error: GraphQLError) -> dict[str, object]:
        """Format an error in the request itself; its message goes to the client unchanged."""
        formatted_error: dict[str, object] = dict(error.formatted)
        extensions = {"code": ErrorCode.INVALID_INPUT, **(error.extensions or {})}
        formatted_error["extensions"] = extensions
        self._count(str(extensions["code"]))
        return formatted_error

    def execution_error(self, error: GraphQLError, operation: str, *, mutates: bool = False) -> dict[str, object]:
        """Format an error that a resolver raised, or that graphql-core found during execution.

        In an operation that `mutates`, a field below the root is read after the write: what is unavailable there must not look
        like a write that failed.
        """
        cause = _cause(error)
        if mutates and isinstance(cause, Unavailable) and len(error.path or ()) > 1:
            cause = OutcomeUnknown()
        if isinstance(cause, RookeryError):
            return self._format(error, str(cause), cause.extensions)
        if cause is None and (error.extensions or {}).get("code"):
            return self._format(error, error.message, error.extensions or {})
        if cause is None and is_argument_error(error):
            # An explicit null for an argument with a default is found only when the field is executed.
            return self._format(error, argument_error(error.message), {"code": ErrorCode.INVALID_INPUT})
        return self._format(error, *self.incident(cause or error, operation, error.path))

    def product_error(self, error: RookeryError) -> dict[str, object]:
        """Format an error of `errors.py` that was raised before execution, such as a bad credential."""
        self._count(error.code)
        return {"message": str(error), "extensions": dict(error.extensions)}

    def ending_error(
        self, code: ErrorCode, message: str, retry_after: float | None = None, reason: str | None = None
    ) -> dict[str, object]:
        """Format the error that ends a stream; `retry_after` is in seconds, `reason` is more exact than the code."""
        self._count(code)
        wait = {} if retry_after is None else {"retryAfter": retry_after}
        why = {} if reason is None else {"reason": reason}
        return {"message": message, "extensions": {"code": code, **why, **wait}}

    def unexpected_error(self, error: Exception, operation: str) -> dict[str, object]:
        """Format a defect outside of any field."""
        message, extensions = self.incident(error, operation, None)
        self._count(ErrorCode.INTERNAL)
        return {"message": message, "extensions": extensions}

    def incident(
        self, error: BaseException, operation: str, path: list[str | int] | None
    ) -> tuple[str, dict[str, object]]:
        """Log a defect with a new incident id; return the message and the extensions for the client."""
        incident = uuid4().hex[:16]
        lines = traceback.format_exception(error) if self._show_messages else places(error)
        _log.error("incident", incident=incident, operation=operation, path=path, traceback="".join(lines))
        return "Something went wrong on our side.", {"code": ErrorCode.INTERNAL, "incident": incident}

    def _format(self, error: GraphQLError, message: str, extensions: dict[str, object]) -> dict[str, object]:
        formatted_error: dict[str, object] = {"message": message}
        formatted = error.formatted
        if "locations" in formatted:
            formatted_error["locations"] = formatted["locations"]
        if "path" in formatted:
            formatted_error["path"] = formatted["path"]
        formatted_error["extensions"] = dict(extensions)
        self._count(str(extensions["code"]))
        return formatted_error


def _cause(error: GraphQLError) -> BaseException | None:
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause
