"""A task of fan-out: which step of delivering a post it is at, and how far."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from keyspace.fan_out_queue import Claimed
from services.delivery.followers import NEWEST, Place

DELIVERY_TIME = 0.01
"""Milliseconds that a delivery is taken to need, to put small tasks before large ones."""
PATIENCE = 1_000
"""Milliseconds after which a task has its turn, however large it is: so large ones come to an end. Where its author has others
that are ready, it is as many times later, up to eight: all of these have a chunk in a second, and delay others by no more."""
REMOVAL_PATIENCE = 5_000
"""The same for removals, among background tasks. They change no page: the rules hide a deleted post."""
SETTLING_PATIENCE = 60_000
"""The same for what is settled, among background tasks. It changes no page either: readers merge it until all have it."""


class Step(StrEnum):
    """What a plan does, or did last.

    Push to some at once, in the handler of the event; to the followers who are left; to the most active, and to the next most
    active. Settle: push once more, to all, what was not pushed to all. Or remove.
    """

    FIRST = "first"
    REST = "rest"
    TIER_1 = "tier1"
    TIER_2 = "tier2"
    SETTLE = "settle"
    REMOVE = "remove"


TIERS = frozenset({Step.TIER_1, Step.TIER_2})
PATIENCE_OF = {Step.SETTLE: SETTLING_PATIENCE, Step.REMOVE: REMOVAL_PATIENCE}
"""Milliseconds until the turn of the steps of background tasks. They are no load that a lower threshold could spare, so none of
their deliveries count as left, and nobody looks at how late they are."""
PUSHED = frozenset(Step) - PATIENCE_OF.keys()
"""Steps that deliver a new post; the plan counts what each has delivered."""


def wait_of(left: int) -> int:
    """Return the milliseconds until the turn of a task with so many deliveries left: the smallest goes first."""
    return min(PATIENCE, int(left * DELIVERY_TIME))


@dataclass(frozen=True, slots=True)
class FanOutTask:
    """A claimed task. `followers` were counted when the post was written, `delivered` have got it.

    `place` is where the walk along the followers goes on, `offset` how many of a selection are done, and `first_tier` how many
    of it get the post at once. `attempts` had failed in a row when it was claimed; with a chunk they are counted anew.
    """

    claimed: Claimed
    author: int
    step: Step
    place: Place
    offset: int
    first_tier: int
    followers: int
    delivered: int
    attempts: int

    @classmethod
    def of(cls, claimed: Claimed) -> Self:
        """Read a task from the fields of its plan."""
        plan = claimed.plan

        def number(name: str, default: int = 0) -> int:
            return int(plan.get(name, default))

        return cls(
            claimed,
            author=number("author"),
            step=Step(plan["step"]),
            place=Place(number("at", NEWEST.at), number("other", NEWEST.other)),
            offset=number("offset"),
            first_tier=number("first_tier"),
            followers=number("followers"),
            delivered=sum(number(step) for step in PUSHED),
            attempts=number("attempts"),
        )

    @property
    def waited(self) -> bool:
        """Whether others had their turn since the task was made."""
        return self.step is Step.REST and "rest" in self.claimed.plan

    @property
    def post(self) -> str:
        """Id of the post."""
        return self.claimed.post
