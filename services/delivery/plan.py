"""How a post is delivered, for its author and for operators: to whom, how far, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from clock import moment
from graph.rows.posts import Delivery, DeliveryReason
from keyspace.fan_out_queue import FanOutQueue
from services.delivery.tasks import Step


@dataclass(frozen=True, slots=True)
class Tier:
    """Followers to whom a post is pushed: how many, and how many have got it. `name` is `ALL`, `FIRST` or `SECOND`."""

    name: str
    size: int
    delivered: int

    @property
    def pending(self) -> int:
        """How many have not got it yet."""
        return self.size - self.delivered


@dataclass(frozen=True, slots=True)
class FanOutPlan:
    """The plan of one post. `followers` is what its author had when it was written.

    It was `done_at` a moment, or waits, or is `set_aside` after failing, until an operator replays its event. Who is in no tier
    reads it from the recent posts of its author.
    """

    delivery: Delivery
    reason: DeliveryReason
    followers: int
    made_at: datetime
    done_at: datetime | None
    set_aside: bool
    tiers: Sequence[Tier]

    @classmethod
    def of(cls, plan: Mapping[str, str]) -> Self | None:
        """Read a plan; None where nothing is known of it, or only that the post is deleted."""
        if "mode" not in plan or plan["step"] == Step.REMOVE:
            return None
        return cls(
            Delivery(plan["mode"]),
            DeliveryReason(plan["reason"]),
            int(plan["followers"]),
            moment(int(plan["made"])),
            moment(int(plan["done"])) if "done" in plan else None,
            "failed" in plan,
            _tiers(plan),
        )


@dataclass(frozen=True, slots=True)
class FanOutPlans:
    """The plans of posts. Methods raise Unavailable while Redis does not answer."""

    queue: FanOutQueue

    async def of(self, posts: Sequence[str]) -> list[FanOutPlan | None]:
        """Return the plan of each post, None where nothing is known any more; one round trip."""
        return [FanOutPlan.of(plan) for plan in await self.queue.plans(posts)]


def _tiers(plan: Mapping[str, str]) -> list[Tier]:
    def number(name: str) -> int:
        return int(plan.get(name, 0))

    if plan["mode"] == Delivery.PULL:
        return []
    if plan["mode"] == Delivery.MIXED:
        return [
            Tier("FIRST", number("size1"), min(number("size1"), number(Step.TIER_1))),
            Tier("SECOND", number("size2"), min(number("size2"), number(Step.TIER_2))),
        ]
    # Somebody may have followed or gone since the followers were counted.
    delivered = number(Step.FIRST) + number(Step.REST)
    return [Tier("ALL", delivered if "done" in plan else max(number("followers"), delivered), delivered)]
