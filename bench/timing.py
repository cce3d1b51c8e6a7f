"""Times two or more sides that take turns, so that other work on the machine affects all of them equally."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Act = Callable[[T], Awaitable[object]]


def quantile(times: Sequence[float], share: float) -> float:
    """Return the value below which this share of the times is."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def time_in_turns(sides: Mapping[str, Act[T]], subjects: Sequence[T], rounds: int) -> dict[str, list[float]]:
    """Time each side on each subject, in milliseconds.

    For each subject the sides run one after another, and in the next round in the opposite order. The first round is not
    counted, because it plans queries and opens connections. Garbage is collected between rounds only.
    """
    order = list(sides)
    times: dict[str, list[float]] = {name: [] for name in order}
    for round_ in range(rounds + 1):
        gc.collect()
        gc.disable()
        for subject in subjects:
            for name in order:
                began = time.perf_counter()
                await sides[name](subject)
                if round_:
                    times[name].append((time.perf_counter() - began) * 1_000)
        gc.enable()
        order.reverse()
    return times
