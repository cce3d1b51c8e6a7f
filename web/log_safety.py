"""What keeps logs safe to read: no control characters, no values of variables, and an outage as one line.

Clients choose paths, names and headers. A line break among them would forge a line, an escape sequence would take over the
terminal of whoever reads the log, and a bidirectional mark would show a line in another order than it has.
"""

import logging
import re
import socket
import sys
import time
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog

from errors import Unavailable

OUTAGE_EVERY_SECONDS = 30.0
"""Least time between two lines about the same outage: its retries come every second or two."""

# C0 and C1 controls, line separators, and marks that are invisible or change the direction of what follows.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# Besides them a plain OSError, which is what asyncio raises when several addresses of a host have failed.
_UNREACHABLE = (ConnectionError, TimeoutError, socket.gaierror, Unavailable)
_OF_SEVERAL_LINES = frozenset({"exception", "traceback", "stack"})


def escape(text: str) -> str:
    r"""Return the text with each unsafe character as `\uXXXX`, the way that JSON has it."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def escape_lines(text: str) -> str:
    """Escape a traceback: its lines stay, set in, so that none looks like the beginning of another event."""
    return "\n    ".join(escape(line) for line in text.rstrip().split("\n"))


def escape_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Escape every text of an event for a terminal; other values are shown by `repr`, which escapes by itself."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = escape_lines(value) if key in _OF_SEVERAL_LINES else escape(value)
    return event


def brief_exception(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the exception of an event: by its places and types, or, in an outage, by its cause alone."""
    error = _exception(event.pop("exc_info", None))
    if error is None:
        return event
    if (cause := outage(error)) is not None:
        event["cause"] = cause
    else:
        event["exception"] = "".join(places(error))
    return event


def places(error: BaseException) -> Iterator[str]:
    """Return the places in the code and the type of an exception and its causes.

    Never the messages, which may quote what a client sent, as that of `int("hunter2")` does, nor the values of variables.
    """
    for each in _chain(error):
        yield from traceback.format_tb(each.__traceback__)
        yield f"{type(each).__module__}.{type(each).__qualname__}\n"


def outage(error: BaseException) -> str | None:
    """Return the type of the cause when an exception says that another server cannot be reached, else None."""
    chain = list(_chain(error))
    if any(type(each) is OSError or isinstance(each, _UNREACHABLE) for each in chain):
        return type(chain[-1]).__name__
    return None


class Throttle:
    """Lets each line of an outage pass once in `OUTAGE_EVERY_SECONDS`."""

    def __init__(self) -> None:
        """Begin without outages."""
        self._due: dict[tuple[str, str, str], float] = {}

    def passes(self, logger: str, event: str, cause: str) -> bool:
        """Return whether to write this line now."""
        key, now = (logger, event, cause), time.monotonic()
        if now < self._due.get(key, 0.0):
            return False
        self._due[key] = now + OUTAGE_EVERY_SECONDS
        return True


class RepeatedOutages:
    """Drops events of ours about an outage that was named shortly before: whoever retries warns each time."""

    def __init__(self, throttle: Throttle) -> None:
        """Share the throttle with the lines of other packages."""
        self._throttle = throttle

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Return the event.

        Raises:
            structlog.DropEvent: it is not to be written.

        """
        if event.get("error") == Unavailable.__name__ and "check" not in event:  # a check says only when it changes
            who = f"{event.get('logger')}/{event.get('group', '')}"
            if not self._throttle.passes(who, str(event["event"]), Unavailable.__name__):
                raise structlog.DropEvent
        return event


class OutageFilter(logging.Filter):
    """Makes an outage one short line: other packages write a traceback for each of their attempts."""

    def __init__(self, throttle: Throttle) -> None:
        """Share the throttle with our own events."""
        super().__init__()
        self._throttle = throttle

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the record."""
        error = _exception(record.exc_info)
        cause = None if error is None else outage(error)
        return cause is None or self._throttle.passes(record.name, str(record.msg), cause)


def _chain(error: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = error
    seen: set[int] = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _exception(exc_info: object) -> BaseException | None:
    """Return the exception of any form of `exc_info`."""
    if exc_info is True:
        return sys.exception()
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return exc_info if isinstance(exc_info, BaseException) else None
