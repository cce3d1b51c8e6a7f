"""How logs look: JSON lines in production, readable in a terminal, and uvicorn's in the same form."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import orjson
import structlog

# Uvicorn names the query string of each WebSocket, in which careless clients put tokens; our own line has neither.
_UNWANTED = ('%s - "WebSocket %s"', "connection open", "connection closed")
# A stream that we cut on purpose ends without its last chunk.
_EXPECTED = "ASGI callable returned without completing response."


def configure_logs(style: Literal["json", "terminal"], *, level: str = "INFO") -> None:
    """Set up logging for the process; call it once, before the server starts."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.types.Processor] = (
        [structlog.processors.format_exc_info, _as_json] if style == "json" else [structlog.dev.ConsoleRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=())],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
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
