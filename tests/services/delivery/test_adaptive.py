"""The threshold that follows load, by a clock of its own."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from services.delivery.adaptive import HOLD, LONGEST_HOLD, AdaptiveThreshold, LoadLimits

LIMITS = LoadLimits(lowest=1_000, highest=10_000, backlog=100_000, age=2.0)
DAY = 86_400


@dataclass(slots=True)
class Watched:
    """A threshold, and every change of it: when, to what, shedding or not."""

    threshold: AdaptiveThreshold
    changes: list[tuple[float, int, bool]] = field(default_factory=list)

    def watch(self, seconds: range, backlog: int = 0, age: float = 0.0) -> None:
        """Look every second while the queue is like this."""
        for at in seconds:
            if self.threshold.observe(at, backlog, age):
                self.changes.append((at, self.threshold.threshold, self.threshold.shedding))


@pytest.fixture
def watched() -> Watched:
    return Watched(AdaptiveThreshold.resume(LIMITS, None, shedding=False))


@pytest.mark.parametrize("load", [{"backlog": 400_000}, {"age": 2.5}])
def test_a_burst_lowers_the_threshold_within_ten_seconds(watched, load):
    watched.watch(range(60))
    watched.watch(range(60, 71), **load)
    assert [threshold for _, threshold, _ in watched.changes] == [5_000, 2_500, 1_250, 1_000]
    assert watched.changes[-1][0] <= 70


def test_a_moment_is_not_a_load(watched):
    for at in range(0, 600, 10):
        watched.watch(range(at, at + 2), backlog=400_000)
        watched.watch(range(at + 2, at + 10))
    assert watched.changes == []


def test_a_load_that_lasts_at_the_lowest_threshold_has_posts_pulled(watched):
    watched.watch(range(20), backlog=400_000)
    assert watched.changes[-1] == (watched.changes[-2][0] + 10, 1_000, True)
    watched.watch(range(20, 200), backlog=400_000)
    assert watched.changes[-1][1:] == (1_000, True)


def test_quiet_brings_it_back_step_by_step(watched):
    watched.watch(range(30), backlog=400_000)
    low = len(watched.changes)
    watched.watch(range(30, 1_000))
    back = watched.changes[low:]
    assert [each[1:] for each in back] == [
        (1_000, False), (2_000, False), (4_000, False), (8_000, False), (10_000, False),
    ]  # fmt: skip
    assert all(later[0] - earlier[0] >= HOLD for earlier, later in pairwise(back))


def test_neither_busy_nor_quiet_changes_nothing(watched):
    watched.watch(range(8), backlog=400_000)
    before = list(watched.changes)
    watched.watch(range(8, 5_000), backlog=50_000)
    assert watched.changes == before


def test_each_step_up_that_brings_the_load_back_is_followed_by_a_longer_hold(watched):
    at = 0
    for _ in range(8):
        watched.watch(range(at, at + 10), backlog=400_000)
        start, count = at + 10, len(watched.changes)
        while len(watched.changes) == count:
            watched.watch(range(start, start + 1))
            start += 1
        at = start
    assert watched.threshold.hold == LONGEST_HOLD


@pytest.mark.parametrize(("stored", "threshold"), [(None, 10_000), (2_500, 2_500), (50, 1_000), (99_999, 10_000)])
def test_who_takes_over_goes_on_within_the_bounds(stored, threshold):
    assert AdaptiveThreshold.resume(LIMITS, stored, shedding=False).threshold == threshold


def test_a_highest_threshold_below_the_lowest_is_the_only_one():
    limits = LoadLimits(lowest=1_000, highest=300, backlog=100_000, age=2.0)
    threshold = AdaptiveThreshold.resume(limits, None, shedding=False)
    Watched(threshold).watch(range(100), backlog=400_000)
    assert (threshold.threshold, threshold.shedding) == (300, True)


def replayed(arriving: Callable[[int, int], float], capacity: int = 20_000) -> tuple[Watched, list[int]]:
    """Replay a day: deliveries that arrive in a second at a threshold, and a fan-out that makes so many a second.

    Gives the threshold, and the backlog of each second.
    """
    watched, backlog, seen = Watched(AdaptiveThreshold.resume(LIMITS, None, shedding=False)), 0.0, []
    for at in range(DAY):
        now = watched.threshold
        backlog = max(0.0, backlog + arriving(at, 0 if now.shedding else now.threshold) - capacity)
        watched.watch(range(at, at + 1), int(backlog), backlog / capacity)
        seen.append(int(backlog))
    return watched, seen


def turns(watched: Watched) -> int:
    """Count how often the threshold turned from down to up or back."""
    levels = [10_000, *(0 if shedding else threshold for _, threshold, shedding in watched.changes)]
    ups = [later > earlier for earlier, later in pairwise(levels)]
    return sum(later != earlier for earlier, later in pairwise(ups))


def test_a_day_with_bursts_makes_a_turn_down_and_one_up_for_each():
    """Three bursts of ten minutes in which the lowest threshold is still too much, in a day that is quiet otherwise."""
    rng = random.Random(1)
    bursts = [range(start, start + 600) for start in (20_000, 45_000, 70_000)]

    def arriving(at: int, threshold: int) -> float:
        return rng.uniform(2_000, 6_000) + (40_000 * threshold / 10_000 if any(at in burst for burst in bursts) else 0)

    watched, backlog = replayed(arriving)
    assert turns(watched) <= 2 * 3 * 3
    assert len(watched.changes) <= 3 * 30
    for burst in bursts:
        assert min(threshold for at, threshold, _ in watched.changes if burst.start <= at <= burst.start + 12) < 10_000
        assert max(backlog[burst.start + 60 : burst.stop]) < 20 * 20_000
    assert (watched.threshold.threshold, watched.threshold.shedding) == (10_000, False)


def test_a_load_that_lasts_all_day_does_not_make_it_flap():
    """What the highest threshold lets through is twice of what fan-out can do: each step up brings the load back."""
    watched, _ = replayed(lambda _, threshold: 4_000 + 40_000 * threshold / 10_000)
    assert turns(watched) <= 2 * DAY / LONGEST_HOLD + 2 * 8
