"""Pages that rules thin out, kept full: slices are read until the page is full, the end is known, or patience is over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

SLICE_MAX = 300
"""Most places of one slice: more would be looked up in vain where the page fills up sooner, and held in memory at once."""


@dataclass(frozen=True, slots=True)
class Part(Generic[K]):
    """Places of a list in its order; `ended` says that nothing is beyond the last."""

    places: Sequence[K]
    ended: bool


@dataclass(frozen=True, slots=True)
class Filled(Generic[K, V]):
    """Items and their places. `has_next` is true until the end is known.

    `end` is where the next page begins. Unless it is the place of the last item, something hidden stands there.
    """

    items: Sequence[tuple[K, V]]
    has_next: bool
    end: K | None


async def fill(
    read: Callable[[K, int], Awaitable[Part[K]]],
    show: Callable[[Sequence[K]], Awaitable[Sequence[V | None]]],
    *,
    first: int,
    start: K,
    rounds: int,
) -> Filled[K, V]:
    """Make a page of `first` items beyond the place `start`.

    `read` gives so many places beyond one, `show` what stands at them, None for what is hidden. While that leaves the page
    short, up to `rounds` slices more are read, each twice as long as the one before, up to `SLICE_MAX`: where much is hidden,
    the next will be hidden too.
    """
    shown: list[tuple[K, V]] = []
    scanned, count = start, first + 1
    for _ in range(rounds + 1):
        part = await read(scanned, count)
        found = zip(part.places, await show(part.places), strict=True)
        shown += [(place, value) for place, value in found if value is not None]
        if len(shown) > first:
            return Filled(shown[:first], has_next=True, end=shown[first - 1][0])
        if part.ended:
            return Filled(shown, has_next=False, end=shown[-1][0] if shown else None)
        scanned = part.places[-1] if part.places else scanned
        count = min(2 * count, SLICE_MAX)
    return Filled(shown, has_next=True, end=scanned)
