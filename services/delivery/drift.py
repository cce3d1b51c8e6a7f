"""How a cached timeline differs from the graph: pure comparison of what its reader would find with the truth."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from graph.ids import FIRST
from keyspace.home_lists import HomeLists, StoredList


@dataclass(frozen=True, slots=True)
class Truth:
    """The newest ids of a timeline in the graph, at most `cap`, and the keys of those whom the viewer follows."""

    ids: Sequence[str]
    followed: AbstractSet[int]
    cap: int

    @property
    def floor(self) -> str:
        """The id below which it says nothing."""
        return self.ids[-1] if len(self.ids) >= self.cap else FIRST


@dataclass(frozen=True, slots=True)
class Drift:
    """Ids that lack, ids that should not be there, ids out of their order, and keys of the followed that lack beside the list."""

    missing: AbstractSet[str] = frozenset()
    extra: AbstractSet[str] = frozenset()
    misplaced: AbstractSet[str] = frozenset()
    unnoted: AbstractSet[int] = frozenset()

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self.missing or self.extra or self.misplaced or self.unnoted)

    def __and__(self, other: "Drift") -> "Drift":
        """Return what both have: what one look finds and the next does not was on its way."""
        return Drift(
            self.missing & other.missing,
            self.extra & other.extra,
            self.misplaced & other.misplaced,
            self.unnoted & other.unnoted,
        )

    @property
    def sizes(self) -> dict[str, int]:
        """How much there is of each kind."""
        return {
            "missing": len(self.missing),
            "extra": len(self.extra),
            "misplaced": len(self.misplaced),
            "unnoted": len(self.unnoted),
        }


def compared(lists: HomeLists, truth: Truth) -> Drift:
    """Compare lists with the truth, as deep as both are complete: what is below comes from the graph.

    Whoever is followed no longer may still be noted beside the list, so only the lack of somebody is drift.
    """
    stored = [lists.own, *lists.recent.values()]
    floor = max(_floor(each) for each in stored)
    merged = {id_ for each in stored for id_ in each.ids}
    return Drift(
        missing={id_ for id_ in truth.ids if id_ >= floor} - merged,
        extra={id_ for id_ in merged if id_ >= max(floor, truth.floor)} - set(truth.ids),
        misplaced={later for each in stored for earlier, later in pairwise(each.ids) if later >= earlier},
        unnoted=truth.followed - lists.followed,
    )


def _floor(stored: StoredList) -> str:
    """Return the id below which a list says nothing."""
    return FIRST if stored.ended else stored.ids[-1]
