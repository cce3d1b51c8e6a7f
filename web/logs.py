"""Sets up logging: JSON lines in production, readable lines in a terminal, and uvicorn's lines in the same format."""

import logging
import sys
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, Literal, TextIO, TypeAlias

import orjson
import structlog

from web.log_safety import OutageFilter, RepeatedOutages, Throttle, brief_exception, escape, escape_event

# Uvicorn logs the query string of each WebSocket, in which some clients put tokens. Our access log has no query strings.
_UNWANTED = ('%s - "WebSocket %s"', "connection open", "connection closed")
# A stream that we end on purpose has no last chunk.
_EXPECTED = "ASGI callable returned without completing response."

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the current request; every log line of the request has it."""
Line: TypeAlias = Callable[[dict[str, Any]], None]
"""Writes one finished event as a line; its `timestamp` is in UTC."""


def _with_request_id(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    request_id = REQUEST_ID.get()
    if request_id is not None:
        event["request_id"] = request_id
    return event


_SHARED: tuple[structlog.types.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    _with_request_id,
    structlog.stdlib.add_logger_name,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class LineLogger:
    """Writes finished lines to a stream. Our own lines do not use the standard library, which costs five times as much."""

    def __init__(self, stream: TextIO, name: str = "rookery") -> None:
        """`name` is the name of the module that logs."""
        self.name = name
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write one line."""
        self._stream.write(f"{line}\n")
        self._stream.flush()

    debug = info = warning = error = critical = exception = msg


def configure_logs(style: Literal["json", "terminal"], *, level: str = "INFO") -> None:
    """Set up logging for this process. Call it once, before the server starts."""
    stream, throttle = sys.stderr, Throttle()
    written: list[structlog.types.Processor] = (
        [brief_exception, _as_json]
        if style == "json"
        else [brief_exception, escape_event, structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    )
    structlog.configure(
        processors=[*_SHARED, RepeatedOutages(throttle), *written],
        logger_factory=lambda *names: LineLogger(stream, *names),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    handler.addFilter(OutageFilter(throttle))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # It warns of each attempt to reach the S3 store, with the address; ours say once that the store is away.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    # Without handlers uvicorn does not even format its lines.
    logging.getLogger("uvicorn.access").propagate = False
    logging.getLogger("uvicorn.error").addFilter(is_wanted)


def line_writer(name: str) -> Line:
    """Return a writer for the `info` lines of a busy logger. In JSON it skips structlog, which takes five times as long."""
    log, config = structlog.get_logger(name), structlog.get_config()
    if config["processors"][-1] is _as_json and log.bind().is_enabled_for(logging.INFO):
        write = config["logger_factory"](name).msg
        return lambda line: write(escape(orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()))
    return lambda line: log.info(**{key: value for key, value in line.items() if key not in _ADDED})


_ADDED = frozenset({"request_id", "logger", "level", "timestamp"})
"""Keys that structlog adds by itself."""


def is_wanted(record: logging.LogRecord) -> bool:
    """Return whether a line of uvicorn says something that our own lines do not."""
    message = str(record.msg)
    return not message.startswith(_UNWANTED) and message != _EXPECTED


def _as_json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return escape(orjson.dumps(event, default=str).decode())
