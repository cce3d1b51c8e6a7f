"""Full pages of a list with hidden items: read slices until the page is full, the end is known, or the rounds run out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from feeds.keysets import Place

R = TypeVar("R")

SLICE_MAX = 300
"""Most items of one slice: more would often be looked up in vain, and are held in memory at once."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Ids in the order of a list, and their places; `ended` says that nothing is beyond the last."""

    ids: Sequence[str]
    places: Sequence[Place]
    ended: bool

    @classmethod
    def of_ids(cls, ids: Sequence[str], *, ended: bool) -> "Slice":
        """Make a slice of a list that is ordered by id."""
        return cls(ids, [(id_,) for id_ in ids], ended)


EMPTY = Slice((), (), ended=True)

Skeleton: TypeAlias = Callable[[Place, int], Awaitable[Slice]]
"""Reads that many ids beyond a place, in one direction, fewer only at the end."""
Show: TypeAlias = Callable[[Sequence[str]], Awaitable[Sequence[R | None]]]
"""Returns the rows of ids in order, None for what is hidden."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """The visible rows of a page, each with its place. `has_next` is true until the end of the list is known.

    `end` is where the next page begins: the place of the last row, or of something hidden behind it.
    """

    rows: Sequence[R]
    places: Sequence[Place]
    has_next: bool
    end: Place | None

    @property
    def end_is_hidden(self) -> bool:
        """Whether `end` is the place of something hidden."""
        return self.end is not None and self.end not in self.places[-1:]


async def paginate(skeleton: Skeleton, show: Show[R], *, first: int, start: Place, rounds: int) -> Page[R]:
    """Return a page of up to `first` rows beyond the place `start`.

    While what is hidden leaves the page short, read up to `rounds` slices more. Each is twice as long as the one before, up to
    `SLICE_MAX`: where much is hidden, the next items will be hidden too.
    """
    rows: list[R] = []
    places: list[Place] = []
    scanned, count = start, first + 1
    for _ in range(rounds + 1):
        slice_ = await skeleton(scanned, count)
        shown = await show(slice_.ids)
        places += [place for place, row in zip(slice_.places, shown, strict=True) if row is not None]
        rows += [row for row in shown if row is not None]
        if len(rows) > first:
            return Page(rows[:first], places[:first], has_next=True, end=places[first - 1])
        if slice_.ended:
            return Page(rows, places, has_next=False, end=places[-1] if places else None)
        scanned = slice_.places[-1] if slice_.places else scanned
        count = min(2 * count, SLICE_MAX)
    return Page(rows, places, has_next=True, end=scanned)
