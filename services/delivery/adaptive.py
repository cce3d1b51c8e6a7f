"""The threshold that follows load: down at once while fan-out cannot keep up, up again step by step when it is quiet.

It is pure: who calls it says what time it is.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Self

PATIENCE = 2.0
"""Seconds for which fan-out must be busy before anything is lowered: a moment is not a load."""
LOWER_EVERY = 2.0
"""Seconds between two steps down, each of which halves the threshold: four of them fit into ten seconds."""
SHED_AFTER = 10.0
"""Seconds at the lowest threshold after which posts above it are pulled by all, also by the most active."""
QUIET = 0.25
"""Share of what is busy below which fan-out is quiet. Between the two nothing changes."""
HOLD = 60.0
"""Seconds of quiet before a step up, each of which doubles the threshold."""
LONGEST_HOLD = 900.0
"""The longest such time: it doubles where a step up brought the load back, so that a lasting load makes few changes."""
RELAPSE = 2.0
"""Times the hold within which a load after a step up counts as brought back by it."""


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """Between which thresholds load may move, in followers, and when fan-out is busy: deliveries left, or seconds behind."""

    lowest: int
    highest: int
    backlog: int
    age: float


@dataclass(slots=True)
class AdaptiveThreshold:
    """The threshold as load has made it, and whether posts above it are pulled by all (`shedding`)."""

    limits: LoadLimits
    threshold: int
    shedding: bool = False
    hold: float = HOLD
    _busy_since: float = field(default=inf, repr=False)
    _quiet_since: float = field(default=inf, repr=False)
    _changed_at: float = field(default=-inf, repr=False)
    _raised_at: float = field(default=-inf, repr=False)

    @classmethod
    def resume(cls, limits: LoadLimits, threshold: int | None, *, shedding: bool) -> Self:
        """Go on from what somebody else has set, None for the highest threshold."""
        return cls(limits, _within(limits, limits.highest if threshold is None else threshold), shedding)

    def observe(self, at: float, backlog: int, age: float) -> bool:
        """Take a look at the queue, at a time in seconds, and return whether anything changed.

        `backlog` is in deliveries, `age` in seconds since the turn of the task that is next.
        """
        pressure = max(backlog / self.limits.backlog, age / self.limits.age)
        self._busy_since = min(self._busy_since, at) if pressure >= 1 else inf
        self._quiet_since = min(self._quiet_since, at) if pressure < QUIET else inf
        if at - self._busy_since >= PATIENCE:
            return self._lower(at)
        if at - max(self._quiet_since, self._changed_at) >= self.hold:
            return self._raise(at)
        return False

    def _lower(self, at: float) -> bool:
        since = at - max(self._changed_at, self._busy_since)
        if self.threshold > self.limits.lowest:
            if at - self._changed_at < LOWER_EVERY:
                return False
            self.threshold = _within(self.limits, self.threshold // 2)
        elif self.shedding or since < SHED_AFTER:
            return False
        else:
            self.shedding = True
        if self._raised_at > -inf:
            brought_back = at - self._raised_at <= RELAPSE * self.hold
            self.hold = min(2 * self.hold, LONGEST_HOLD) if brought_back else HOLD
            self._raised_at = -inf
        self._changed_at = at
        return True

    def _raise(self, at: float) -> bool:
        if self.shedding:
            self.shedding = False
        elif self.threshold < self.limits.highest:
            self.threshold = _within(self.limits, self.threshold * 2)
        else:
            return False
        self._changed_at = self._raised_at = at
        return True


def _within(limits: LoadLimits, threshold: int) -> int:
    return max(min(limits.lowest, limits.highest), min(threshold, limits.highest))
