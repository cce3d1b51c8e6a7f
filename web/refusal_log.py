"""The log of refused request heads: a flood of them must not become a flood of lines."""

import time
from collections import Counter

import structlog

from web.head_refusals import HeadRefusal

LOG_EVERY_SECONDS = 1.0
"""Least time between two lines of one reason."""
_log = structlog.get_logger("web.refusal_log")


class RefusalLog:
    """Counts refusals, and writes a line for each reason at most once a second.

    The lines have nothing of what the client sent.
    """

    def __init__(self) -> None:
        """Begin with no refusals."""
        self._counts: Counter[HeadRefusal] = Counter()
        self._due: dict[HeadRefusal, float] = {}

    def add(self, refusal: HeadRefusal) -> None:
        """Count a refusal; the line has the number since the line before it."""
        self._counts[refusal] += 1
        now = time.monotonic()
        if now >= self._due.get(refusal, 0.0):
            _log.info("requests refused", status=refusal.status.value, reason=refusal.reason, count=self._counts.pop(refusal))
            self._due[refusal] = now + LOG_EVERY_SECONDS
