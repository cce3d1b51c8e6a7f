"""How log-ins end, and passwords asked for once more: counted for metrics, and a line of the log while somebody guesses."""

import time
from collections import Counter as Counts
from collections.abc import Callable
from enum import StrEnum

import structlog
from prometheus_client import CollectorRegistry, Counter

LOG_EVERY = 60.0
"""Seconds between two lines of the log, at least: a flood of guesses must not become one of lines."""
WORTH_A_LINE = 10
"""Refused log-ins that are worth a line: fewer within the time of one are people who mistype, and are forgotten."""

log = structlog.get_logger(__name__)


class LogInOutcome(StrEnum):
    """How a log-in ended, or its first step, where a second factor is asked for next.

    Refused ones were not looked at, since too many before failed; they are named by what counted those.
    """

    SIGNED_IN = "signed_in"
    FIRST_STEP = "first_step"
    WRONG = "wrong"
    REFUSED_ACCOUNT = "refused_account"
    REFUSED_DEVICE = "refused_device"
    REFUSED_ADDRESS = "refused_address"
    REFUSED_NETWORK = "refused_network"
    REFUSED_FACTOR = "refused_factor"
    REFUSED_SESSION = "refused_session"

    @classmethod
    def refused_by(cls, scope: str) -> "LogInOutcome":
        """Return the outcome of what a limit refused; a name counts as an account, whether anybody has it or not."""
        return cls(f"refused_{_COUNTED_AS.get(scope, scope)}")


_COUNTED_AS = {"name": "account", "devices": "device", "own-password": "session"}


class LogInOutcomes:
    """Counts how the log-ins of a process end. No name and no address is in what it tells."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none; `clock` gives seconds."""
        self._clock = clock
        self._counter: Counter | None = None
        self._refused: Counts[LogInOutcome] = Counts()
        self._next_line = 0.0
        self._counted_since = 0.0

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Tell the counts in a registry, those of outcomes that never were as zero."""
        self._counter = Counter(f"{prefix}_log_ins", "Log-ins, by how they ended.", ("outcome",), registry=registry)
        for outcome in LogInOutcome:
            self._counter.labels(outcome.value)

    def add(self, outcome: LogInOutcome) -> None:
        """Count a log-in."""
        if self._counter is not None:
            self._counter.labels(outcome.value).inc()
        if outcome in (LogInOutcome.SIGNED_IN, LogInOutcome.FIRST_STEP, LogInOutcome.WRONG):
            return
        self._refuse(outcome, self._clock())

    def _refuse(self, outcome: LogInOutcome, now: float) -> None:
        if now - self._counted_since > LOG_EVERY and self._refused.total() < WORTH_A_LINE:
            self._refused.clear()
        if not self._refused:
            self._counted_since = now
        self._refused[outcome] += 1
        if self._refused.total() >= WORTH_A_LINE and now >= self._next_line:
            log.warning("guessing", **{each.value: count for each, count in self._refused.items()})
            self._refused.clear()
            self._next_line = now + LOG_EVERY
