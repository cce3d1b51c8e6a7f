"""When people write: over the last weeks, by day more than by night, and in bursts when they answer each other."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

HOUR = 3_600_000
"""Milliseconds."""
DAY = 24 * HOUR
SPAN = 28 * DAY
"""How far back posts go."""

_BY_HOUR = (3, 2, 1, 1, 1, 2, 5, 9, 11, 9, 8, 9, 12, 11, 8, 8, 9, 11, 13, 15, 16, 15, 11, 6)
"""Weights of the hours of a day by the writer's clock: a rise at breakfast, one at noon, the height in the evening."""
_HOURS = tuple(accumulate(_BY_HOUR))
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Draws moments before `now_ms`; all times are milliseconds since 1970 UTC."""

    now_ms: int

    def moment(self, rng: Random, offset: int, since: int) -> int:
        """Draw when somebody writes of their own, by a clock `offset` hours ahead of UTC and never before `since`."""
        midnight = self.now_ms - self.now_ms % DAY
        for _ in range(_TRIES):
            day = midnight - int(rng.random() ** 1.15 * 28) * DAY
            hour = rng.choices(range(24), cum_weights=_HOURS)[0]
            at = day + (hour - offset) * HOUR + rng.randrange(HOUR)
            if max(since, self.now_ms - SPAN) < at < self.now_ms:
                return at
        return self.between(rng, max(since, self.now_ms - SPAN), self.now_ms)

    def answer(self, rng: Random, after: int) -> int:
        """Draw when an answer to what was said at `after` comes: mostly within the hour, sometimes days later."""
        for _ in range(_TRIES):
            at = after + int(rng.lognormvariate(2.9, 1.5) * 60_000) + 5_000
            if at < self.now_ms:
                return at
        return self.between(rng, after, self.now_ms)

    def between(self, rng: Random, after: int, before: int) -> int:
        """Draw a moment after one and before another; only where there is none between them, the first plus one."""
        return after + 1 + int(rng.random() * max(before - after - 1, 0))
