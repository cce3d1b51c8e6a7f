"""The row of what decides how new posts are delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from graph.rows.posts import Delivery


class InForce(NamedTuple):
    """Below how many followers posts are pushed to all, and how those of authors with more are delivered."""

    threshold: int
    mode: Delivery


@dataclass(frozen=True, slots=True)
class DeliveryControl:
    """What load and operators have set; None where they have set nothing.

    Posts of authors with at least `threshold` followers are not pushed to all: they are `MIXED`, or `PULL` while `shedding`. What
    an operator has pinned goes before that. `changed_at` is in milliseconds since 1970 UTC.
    """

    threshold: int | None = None
    shedding: bool = False
    pinned_threshold: int | None = None
    pinned_mode: Delivery | None = None
    changed_at: int | None = None

    @property
    def pinned(self) -> bool:
        """Whether an operator has pinned anything."""
        return self.pinned_threshold is not None or self.pinned_mode is not None

    def in_force(self, push_below: int) -> InForce:
        """Return what holds at present, where the settings say `push_below`: a pin before load, load before the settings."""
        of_load = push_below if self.threshold is None else self.threshold
        threshold = of_load if self.pinned_threshold is None else self.pinned_threshold
        return InForce(threshold, self.pinned_mode or (Delivery.PULL if self.shedding else Delivery.MIXED))

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `delivery/control` gives."""
        threshold, shedding, pinned_threshold, pinned_mode, changed_at = values
        mode = None if pinned_mode is None else Delivery(pinned_mode)
        return cls(threshold, shedding, pinned_threshold, mode, changed_at)
