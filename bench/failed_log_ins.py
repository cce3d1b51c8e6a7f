"""Times of failed log-ins, at an account and at names that nobody has: who guesses must not learn by them which names exist."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median, quantiles

from bench.figures import Figure, Spread, at_most
from errors import Unauthenticated
from keyspace.limits import Growth
from parts import Parts
from services.accounts.log_in import LogIn
from services.accounts.log_in_limits import LogInLimits

NEVER = 1_000_000
"""Failures that are free: the limits are asked, and none bites."""
SPLITS = 1_000
"""Times that the same tries are dealt out at random, to see what chance makes of them."""
SEED = 7


async def times_of_failures(parts: Parts, username: str, tries: int, address: str) -> list[Figure]:
    """Fail so often at an account, and as often at names that nobody has, in turns whose order is drawn.

    The difference must not be larger than the largest that chance alone makes, when the same tries are dealt out at random.
    """
    hour = timedelta(hours=1)
    allowed = LogInLimits(Growth(NEVER, hour), NEVER, NEVER, hour)
    log_in, drawn = replace(parts.accounts.log_in, allowed=allowed), random.Random(SEED)
    known, unknown = list[float](), list[float]()
    for number in range(tries):
        turn = [(known, username), (unknown, f"nobody_{number}")]
        drawn.shuffle(turn)
        for times, name in turn:
            times.append(await _milliseconds(log_in, name, address))
    difference, chance = abs(median(known) - median(unknown)), _by_chance(known + unknown, drawn)
    return [
        _figure("a failed log-in at an account", known),
        _figure("a failed log-in at a name that nobody has", unknown),
        Figure("largest difference of the two that chance makes", chance, "ms"),
        Figure("difference of the two", difference, "ms", at_most(chance)),
    ]


async def _milliseconds(log_in: LogIn, name: str, address: str) -> float:
    began = time.perf_counter()
    try:
        await log_in.run(name, "not the passphrase", address)
    except Unauthenticated:
        return (time.perf_counter() - began) * 1_000
    raise AssertionError("a wrong password was right")


def _by_chance(times: list[float], drawn: random.Random) -> float:
    half, differences = len(times) // 2, list[float]()
    for _ in range(SPLITS):
        drawn.shuffle(times)
        differences.append(abs(median(times[:half]) - median(times[half:])))
    return max(differences)


def _figure(name: str, times: Sequence[float]) -> Figure:
    """Return the median, and between which times half of the tries lie."""
    lower, middle, upper = quantiles(times, n=4)
    return Figure(name, middle, "ms", spread=Spread(lower, upper))
