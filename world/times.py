"""When people write: in the last weeks, more by day than by night, and in quick sequence when they reply."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

HOUR = 3_600_000
"""Milliseconds."""
DAY = 24 * HOUR
SPAN = 28 * DAY
"""Time range of the posts before now, in milliseconds."""

_BY_HOUR = (3, 2, 1, 1, 1, 2, 5, 9, 11, 9, 8, 9, 12, 11, 8, 8, 9, 11, 13, 15, 16, 15, 11, 6)
"""Weights of the hours of the day in the writer's time zone: peaks at breakfast, at noon and in the evening."""
_HOURS = tuple(accumulate(_BY_HOUR))
_TRIES = 12


@dataclass(frozen=True, slots=True)
class PostingTimes:
    """Draws times before `now_ms`, in milliseconds since 1970 UTC."""

    now_ms: int

    def moment(self, rng: Random, offset: int, since: int) -> int:
        """Draw the time of a new post after `since`, in a time zone `offset` hours ahead of UTC."""
        midnight = self.now_ms - self.now_ms % DAY
        for _ in range(_TRIES):
            day = midnight - int(rng.random() ** 1.15 * 28) * DAY
            hour = rng.choices(range(24), cum_weights=_HOURS)[0]
            at = day + (hour - offset) * HOUR + rng.randrange(HOUR)
            if max(since, self.now_ms - SPAN) < at < self.now_ms:
                return at
        return self.between(rng, max(since, self.now_ms - SPAN), self.now_ms)

    def answer(self, rng: Random, after: int) -> int:
        """Draw the time of a reply to a post at `after`: mostly within an hour, sometimes days later."""
        for _ in range(_TRIES):
            at = after + int(rng.lognormvariate(2.9, 1.5) * 60_000) + 5_000
            if at < self.now_ms:
                return at
        return self.between(rng, after, self.now_ms)

    def between(self, rng: Random, after: int, before: int) -> int:
        """Draw a time between the two; if there is none, return the first plus one."""
        return after + 1 + int(rng.random() * max(before - after - 1, 0))
