"""What clients are told about errors, and what only the log is told."""

import traceback
from collections.abc import Callable
from types import TracebackType
from uuid import uuid4

import structlog
from graphql import GraphQLError

from errors import RookeryError

INTERNAL = "INTERNAL"
_log = structlog.get_logger("web.failures")


class Failures:
    """Shapes errors for clients and logs those that are ours.

    The log names types and places, not messages: `int("hunter2")` puts its argument into the message. A development
    server may set `show_messages`.
    """

    def __init__(self, count: Callable[[str], None], *, show_messages: bool = False) -> None:
        """`count` is told the code of each error."""
        self._count = count
        self._show_messages = show_messages

    def requested(self, error: GraphQLError) -> dict[str, object]:
        """Shape an error in the request itself: it is the client's, and told as it is."""
        shaped: dict[str, object] = dict(error.formatted)
        extensions = {"code": "INVALID_INPUT", **(error.extensions or {})}
        shaped["extensions"] = extensions
        self._count(str(extensions["code"]))
        return shaped

    def executed(self, error: GraphQLError, operation: str) -> dict[str, object]:
        """Shape an error that a resolver raised or graphql-core found while it ran."""
        cause = _cause(error)
        if isinstance(cause, RookeryError):
            return self._shaped(error, str(cause), cause.extensions)
        if cause is None and (error.extensions or {}).get("code"):
            return self._shaped(error, error.message, error.extensions or {})
        if cause is None and error.message.startswith("Argument "):
            # An explicit null for an argument that has a default: found only when the field runs.
            return self._shaped(error, error.message, {"code": "INVALID_INPUT"})
        return self._shaped(error, *self.incident(cause or error, operation, error.path))

    def refused(self, error: RookeryError) -> dict[str, object]:
        """Shape an error on purpose that came before execution, such as a refused credential."""
        self._count(error.code)
        return {"message": str(error), "extensions": dict(error.extensions)}

    def unexpected(self, error: Exception, operation: str) -> dict[str, object]:
        """Shape a defect outside of any field."""
        message, extensions = self.incident(error, operation, None)
        self._count(INTERNAL)
        return {"message": message, "extensions": extensions}

    def incident(
        self, error: BaseException, operation: str, path: list[str | int] | None
    ) -> tuple[str, dict[str, object]]:
        """Log a defect under a fresh id, and give what the client may know of it."""
        incident = uuid4().hex[:16]
        shown = traceback.format_exception(error) if self._show_messages else _frames(error)
        _log.error("incident", incident=incident, operation=operation, path=path, traceback="".join(shown))
        return "Something went wrong on our side.", {"code": INTERNAL, "incident": incident}

    def _shaped(self, error: GraphQLError, message: str, extensions: dict[str, object]) -> dict[str, object]:
        shaped: dict[str, object] = {"message": message}
        formatted = error.formatted
        if "locations" in formatted:
            shaped["locations"] = formatted["locations"]
        if "path" in formatted:
            shaped["path"] = formatted["path"]
        shaped["extensions"] = dict(extensions)
        self._count(str(extensions["code"]))
        return shaped


def _cause(error: GraphQLError) -> BaseException | None:
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _frames(error: BaseException) -> list[str]:
    lines = []
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines += [*_places(cause.__traceback__), f"{type(cause).__module__}.{type(cause).__qualname__}\n"]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return lines


def _places(trace: TracebackType | None) -> list[str]:
    return traceback.format_tb(trace)
