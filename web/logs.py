"""How logs look: JSON lines in production, readable in a terminal, and uvicorn's in the same form."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import orjson
import structlog

# Uvicorn names the query string of each WebSocket, in which careless clients put tokens; our own line has neither.
_UNWANTED = ('%s - "WebSocket %s"', "connection open", "connection closed")
# A stream that we cut on purpose ends without its last chunk.
_EXPECTED = "ASGI callable returned without completing response."

_SHARED: tuple[structlog.types.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class LineLogger:
    """Writes finished lines to a stream. Our own lines skip the standard library, which costs five times as much."""

    def __init__(self, stream: TextIO, name: str = "rookery") -> None:
        """`name` is the module that logs."""
        self.name = name
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write one line."""
        self._stream.write(f"{line}\n")
        self._stream.flush()

    debug = info = warning = error = critical = exception = msg


def configure_logs(style: Literal["json", "terminal"], *, level: str = "INFO") -> None:
    """Set up logging for the process; call it once, before the server starts."""
    stream = sys.stderr
    written: list[structlog.types.Processor] = (
        [structlog.processors.format_exc_info, _as_json]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    )
    structlog.configure(
        processors=[*_SHARED, *written],
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
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(wanted)


def wanted(record: logging.LogRecord) -> bool:
    """Tell whether a line of uvicorn says something that ours do not."""
    message = str(record.msg)
    return not message.startswith(_UNWANTED) and message != _EXPECTED


def _as_json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str).decode()
